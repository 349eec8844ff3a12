"""The printed certificate: every byte is sealed, the credential in it is the one that was issued, hostile files end."""

import random
from pathlib import Path

import pytest

from centre.verification.verify import DEEPER
from kernel.crypto import canonical, seal
from kernel.documents import render
from kernel.documents.checks import FileUnreadable, Trust
from kernel.documents.errors import GlyphMissing
from kernel.documents.prints import printed, typeset
from kernel.documents.verify import verify_bytes
from tests.kernel.documents import material
from tests.kernel.documents.material import Material


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return material.make(tmp_path_factory.mktemp("printed"))


@pytest.fixture(scope="module")
def pdf(made: Material) -> bytes:
    return made.pdf()


def _holds(data: bytes, trust: Trust | None) -> bool:
    try:
        return verify_bytes(data, "certificate.pdf", trust, DEEPER).holds
    except FileUnreadable:
        return False


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_printed_certificate_proves_what_its_credential_proves(made, lang):
    report = verify_bytes(made.pdf(lang), "certificate.pdf", made.trusted(), DEEPER)
    assert [(check.name.en, check.holds) for check in report.checks] == [
        ("PDF signature", True),
        ("seal certificate", True),
        ("signature", True),
        ("log entry", True),
        ("log inclusion", True),
        ("status list", None),
        ("certificate number", True),
        ("term", True),
    ]
    assert report.sha256 == canonical.digest(made.envelope["document"])


def test_it_is_pdf_a_with_the_same_bytes_each_time(made, pdf):
    assert b"pdfaid:part>3<" in pdf.replace(b" ", b"")
    assert made.pdf()[:50_000] == pdf[:50_000]


@pytest.mark.slow
def test_any_changed_byte_is_found(made, pdf):
    trust = made.trusted()
    assert _holds(pdf, trust)
    rng = random.Random(7)
    start = pdf.rindex(b"/Contents <")
    stop = pdf.index(b">", start)
    # Zeroes fill the space that was kept for the signature; they are no part of it and of nothing signed.
    places = [place for place in rng.sample(range(len(pdf)), 60) if not start < place < stop]
    for place in places:
        changed = bytearray(pdf)
        changed[place] ^= 1 << rng.randrange(8)
        assert not _holds(bytes(changed), trust), place


def test_something_appended_is_found(made, pdf):
    assert not _holds(pdf + b"\n%%EOF\n", made.trusted())


def test_another_seal_and_another_credential_are_found(made, pdf, tmp_path):
    forger = Material(tmp_path, made.keys, made.tree, made.envelope, seal.load_or_create(tmp_path / "x.pem", "x"))
    report = verify_bytes(forger.pdf(), "x.pdf", made.trusted(), DEEPER)
    assert {check.name.en: check.holds for check in report.checks}["seal certificate"] is False
    altered = {**made.envelope, "document": {**made.envelope["document"], "validFrom": "2020-01-01T00:00:00Z"}}
    assert not _holds(made.pdf("zh", altered), made.trusted())


def test_without_trust_nothing_is_established_but_the_file_is_whole(made, pdf):
    report = verify_bytes(pdf, "x.pdf", None, DEEPER)
    assert report.checks[0].holds
    assert not report.holds


def test_a_missing_glyph_is_refused_and_named():
    body = material.certificate(holder={"name": "笑脸\U0001f600\ue123公司", "uscc": "9115"})
    data = typeset.data(body, "zh", sha256="-", entry="-", verify_url="https://x")
    with pytest.raises(GlyphMissing) as refused:
        typeset.pdf(typeset.template("rights-certificate"), data, b"{}")
    assert "\U0001f600" in "".join(refused.value.facts["characters"])


def test_markup_in_a_name_is_only_text(made):
    strange = '#set page(fill: red) *x* $y$ "z" \\ [a](b) <c> @d #read("/etc/passwd")'
    body = material.certificate(asset={**material.claims()["asset"], "name": strange})
    data = typeset.data(body, "en", sha256="-", entry="-", verify_url="https://x")
    assert typeset.pdf(typeset.template("rights-certificate"), data, b"{}").startswith(b"%PDF-")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_public_data_resource_has_a_certificate_of_its_own(lang):
    body = material.certificate(regime="public", rights=[], replaces="GG1512025110001")
    data = typeset.data(body, lang, sha256="-", entry="-", verify_url="https://x")
    made = typeset.pdf(typeset.template("rights-certificate"), data, b"{}")
    title = {"zh": "公共数据资源登记证书", "en": "Certificate of a Registered Public-Data Resource"}[lang]
    assert title.encode() in made, "the title is in the file's metadata"
    assert title in render.html(body, "rights-certificate", lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_form_is_set_and_fits_one_page(lang):
    described = {
        **material.claims()["asset"], "region_level": "city", "structure": "structured", "records": 336_776,
        "bytes": 31_051_234, "update_cycle": "once", "covers_from": "2013-01-01", "covers_until": None,
    }  # fmt: skip
    scope = {
        "recipients": "依法设立的企业", "qualification": "无", "environment": "本单位可控环境", "region": "中国境内",
        "resale": "with-consent", "export": "after-assessment",
    }  # fmt: skip
    body = material.certificate(asset=described, scope=scope, restrictions="不得用于识别个人")
    data = typeset.data(body, lang, sha256="-", entry="-", verify_url="https://x")
    assert data["volume"] == {"records": "336,776", "bytes": "31,051,234"}
    made = typeset.pdf(typeset.template("rights-certificate"), data, b"{}")
    assert made.count(b"/Type/Page/") + made.count(b"/Type /Page\n") == 1


def test_long_content_takes_more_pages(made):
    files = [
        {"name": f"第{n}部分_" + "很长的名字" * 40 + ".parquet", "sha256": "ef" * 32, "size_bytes": n}
        for n in range(120)
    ]
    body = material.certificate(files=files)
    data = typeset.data(body, "zh", sha256="-", entry="-", verify_url="https://x")
    made_pdf = typeset.pdf(typeset.template("rights-certificate"), data, b"{}")
    assert made_pdf.count(b"/Type/Page/") + made_pdf.count(b"/Type /Page\n") > 5


@pytest.mark.parametrize(
    "hostile",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"(" * 100_000,
        b"%PDF-1.7\n1 0 obj\n" + b"<<" * 50_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"[" * 200_000 + b"\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 99999999999\ntrailer <</Size 9 /Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nstartxref\n9\n%%EOF" + bytes(range(256)) * 100,
    ],
)
def test_hostile_files_end_cleanly(hostile):
    with pytest.raises(FileUnreadable):
        printed.open_pdf(hostile, None)


def test_a_bomb_in_the_attachment_is_not_unpacked(made, monkeypatch):
    monkeypatch.setattr(printed, "ATTACHMENT_BYTES_MAX", 1000)
    with pytest.raises(FileUnreadable, match="larger than 1000"):
        printed.open_pdf(made.pdf(), made.trusted())


def test_an_unsigned_pdf_is_none_of_ours(made):
    data = typeset.data(material.certificate(), "zh", sha256="-", entry="-", verify_url="https://x")
    plain = typeset.pdf(typeset.template("rights-certificate"), data, b"{}")
    with pytest.raises(FileUnreadable, match="no signature"):
        printed.open_pdf(plain, None)


def test_a_seal_is_made_once_and_kept_private(tmp_path: Path):
    path = tmp_path / "keys" / "seal.pem"
    first = seal.load_or_create(path, "did:web:x")
    assert seal.load_or_create(path, "other").root == first.root
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("nothing")
    with pytest.raises(ValueError, match="PEM"):
        seal.load(path)
    assert seal.earlier(None) == ()


def test_nothing_is_read_from_what_no_signature_stands_behind(made):
    """A tick beside a forged holder or term would be believed; only the failures and one open line are told."""
    body = {**made.envelope["document"]}
    body["credentialSubject"] = {**body["credentialSubject"], "valid_until": "2099-01-01"}
    altered = canonical.dumps({**made.envelope, "document": body})
    report = verify_bytes(altered, "credential.json", made.trusted(), DEEPER)
    assert [(check.name.en, check.holds) for check in report.checks] == [
        ("signature", False), ("log entry", False), ("contents", None),
    ]  # fmt: skip
