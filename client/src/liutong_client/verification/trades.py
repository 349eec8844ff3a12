"""Checking a purchase as a whole: its documents, and whether they are of one another and of the files that are here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liutong_client.verification.documents import Check, Report

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of a purchase: each document by itself, and how they fit together."""

    reports: Mapping[str, Report]
    checks: Sequence[Check]

    @property
    def holds(self) -> bool:
        """Whether everything that was checked holds."""
        fits = all(check.holds is not False for check in self.checks)
        return fits and all(report.holds for report in self.reports.values())

    @property
    def failures(self) -> list[str]:
        """What does not hold."""
        inner = [failure for report in self.reports.values() for failure in report.failures]
        return inner + [str(check) for check in self.checks if check.holds is False]


def proved(reports: Mapping[str, Report], paths: Iterable[Path]) -> Proof:
    """Join the reports of `agreement` and `certificate`, and of `scorecard` and `receipt` where they are at hand, with
    what lies in the files.

    Only what a signature stands behind is compared: a document whose signature does not hold has no claims.
    """
    agreement = _at(reports["agreement"].claims, "agreement")
    subject = _at(agreement, "subject")
    scorecard = reports.get("scorecard")
    checks = [
        _same_certificate(subject, reports["certificate"].claims),
        _same_content(subject, scorecard.claims if scorecard else None),
    ]
    if "receipt" in reports:
        checks.append(_received(reports["agreement"].claims, subject, reports["receipt"].claims))
    checks.append(_files(_digests(subject), paths))
    return Proof(reports, checks)


def _at(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = claims.get(name)
    return inner if isinstance(inner, dict) else {}


def _digests(claims: Mapping[str, Any]) -> dict[str, str]:
    files = claims.get("files")
    listed = files if isinstance(files, list) else []
    return {str(each.get("name")): str(each.get("sha256")) for each in listed if isinstance(each, dict)}


def _same_certificate(subject: Mapping[str, Any], certificate: Mapping[str, Any]) -> Check:
    id_ = str(certificate.get("id", "")).rpartition("/")[2]
    same = bool(id_) and subject.get("certificate_id") == id_
    if same:
        return Check("parties", True, "合同所依的证书即此证书", "the agreement rests on this certificate")
    return Check("parties", False, "合同所依的是另一证书", "the agreement rests on another certificate")


def _same_content(subject: Mapping[str, Any], scorecard: Mapping[str, Any] | None) -> Check:
    if scorecard is None:
        return Check("digest", None, "评分文书不向本方出示", "the scorecard's document is not shown to this party")
    same = scorecard.get("content_sha256") is not None and subject.get("content_sha256") == scorecard["content_sha256"]
    if same:
        return Check("digest", True, "评分所评即合同所售内容", "what was scored is what was sold")
    return Check("digest", False, "评分所评并非合同所售内容", "what was scored is not what was sold")


def _received(claims: Mapping[str, Any], subject: Mapping[str, Any], receipt: Mapping[str, Any]) -> Check:
    same = _at(receipt, "agreement").get("digest") == claims.get("digest") is not None
    if same and _digests(receipt) == _digests(subject):
        return Check("files", True, "回执与合同的文件逐一相符", "the receipt is for the agreement's files")
    return Check("files", False, "回执与合同不符", "the receipt is for something else than the agreement")


def _files(agreed: Mapping[str, str], paths: Iterable[Path]) -> Check:
    here = {path.name: _sha256(path) for path in paths}
    wrong = sorted(name for name, sha256 in here.items() if agreed.get(name) != sha256)
    if wrong:
        names = ", ".join(wrong)
        return Check("files", False, f"与合同不符：{names}", f"not what was agreed: {names}")
    missing = sorted(agreed.keys() - here.keys())
    if missing:
        names = ", ".join(missing)
        return Check("files", False, f"缺少：{names}", f"missing: {names}")
    return Check("files", True, f"{len(here)} 个文件与合同相符", f"files as they were agreed: {len(here)}")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
