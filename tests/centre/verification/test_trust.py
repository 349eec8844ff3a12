"""Whose word an outsider takes: keys that come with a document establish nobody, however well everything agrees."""

import subprocess
import sys

import pytest

from centre.verification.verify import verified
from kernel.crypto.canonical import sha256_hex
from kernel.documents.verify import FileUnreadable
from tests.kernel.documents import material


@pytest.fixture
def folder(tmp_path):
    """What a stranger hands over: a certificate that is whole, and beside it the keys that made it."""
    made = material.make(tmp_path / "material")
    material.save(tmp_path / "trust.json", made.trust)
    material.save(tmp_path / "certificate.json", made.envelope)
    return tmp_path


def liutong(*words):
    done = subprocess.run(
        [sys.executable, "-m", "centre", *map(str, words)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def failing(report):
    return [check.name.en for check in report.checks if check.holds is False]


@pytest.mark.slow
def test_a_trust_file_beside_speaks_by_its_own_word(folder):
    certificate = folder / "certificate.json"
    report = verified(certificate)
    assert failing(report) == ["trust anchor"]
    assert "by its own word" in report.checks[-1].detail.en
    assert "仅为其自述" in report.checks[-1].detail.zh
    code, told = liutong("verify", certificate)
    assert (code, "ISSUER NOT ESTABLISHED" in told, "by its own word" in told) == (1, True, True)
    code, told = liutong("verify", "--lang", "zh", certificate)
    assert (code, "签发者未确认" in told) == (1, True)


@pytest.mark.slow
def test_whoever_names_or_pins_the_trust_file_establishes_the_issuer(folder, tmp_path):
    certificate, trust = folder / "certificate.json", folder / "trust.json"
    digest = "sha256:" + sha256_hex(trust.read_bytes())
    assert verified(certificate, trust).holds
    assert verified(certificate, pin=digest).holds
    assert liutong("verify", "--trust", trust, certificate)[0] == 0
    assert liutong("verify", "--pin", digest, certificate)[0] == 0
    with pytest.raises(FileUnreadable, match="is pinned"):
        verified(certificate, pin="sha256:" + "0" * 64)
    assert liutong("verify", "--pin", "sha256:" + "0" * 64, certificate)[0] == 2


def test_a_status_list_beside_is_used(folder):
    """A revoked certificate must not pass for want of an option, and no list but a trusted key's is believed."""
    certificate, trust = folder / "certificate.json", folder / "trust.json"
    material.save(folder / "status-list.json", {"document": material.status_list(100_007), "log": None})
    assert failing(verified(certificate, trust)) == ["status list"]
    material.save(folder / "status-list.json", {"document": material.status_list(5), "log": None})
    standing = next(check for check in verified(certificate, trust).checks if check.name.en == "status list")
    assert standing.holds is True
    forged = material.status_list(signer=material.signing.Ed25519Signer(b"\x09" * 32))
    material.save(folder / "status-list.json", {"document": forged, "log": None})
    with pytest.raises(FileUnreadable, match=r"status-list\.json"):
        verified(certificate, trust)


def test_what_nobody_signed_needs_nobodys_key(folder):
    """A value that was computed and not issued proves its arithmetic, whatever lies beside it."""
    from tests.valuation.reports.makers import cost_alone

    path = material.save(folder / "appraisal.json", cost_alone())
    assert verified(path).holds
