"""Checking a purchase as a whole: its documents, and whether they are of one another and of the files that are here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from liutong_client.verification.documents import Check, Report

KINDS: Final = {
    "agreement": "agreement",
    "certificate": "rights-certificate",
    "scorecard": "quality-scorecard",
    "receipt": "delivery-receipt",
}
"""The kind that the centre issues each document of a purchase as."""


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


def proved(reports: Mapping[str, Report], paths: Iterable[Path], order_id: str) -> Proof:
    """Join the reports of `agreement` and `certificate`, and of `scorecard` and `receipt` where they are at hand, with
    what lies in the files, and with the order that they are to be of.

    Only what a signature stands behind is compared: a document whose signature does not hold has no claims.
    """
    claims = reports["agreement"].claims
    agreement = _at(claims, "agreement")
    subject = _at(agreement, "subject")
    scorecard = reports.get("scorecard")
    checks = [
        *(_of_kind(name, kind, reports[name].claims) for name, kind in KINDS.items() if name in reports),
        _same_order(agreement, order_id),
        _same_certificate(claims, reports["certificate"].claims),
        _same_content(subject, scorecard.claims if scorecard else None),
    ]
    if "receipt" in reports:
        checks.append(_received(claims, reports["receipt"].claims, order_id))
    checks.append(_files(_digests(subject), paths))
    return Proof(reports, checks)


def _at(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = claims.get(name)
    return inner if isinstance(inner, dict) else {}


def _digests(claims: Mapping[str, Any]) -> dict[str, str]:
    files = claims.get("files")
    listed = files if isinstance(files, list) else []
    return {str(each.get("name")): str(each.get("sha256")) for each in listed if isinstance(each, dict)}


def _of_kind(name: str, kind: str, claims: Mapping[str, Any]) -> Check:
    if claims.get("kind") == kind:
        return Check("kind", True, f"{name}：文书类别为 {kind}", f"{name}: a document of the kind {kind}")
    return Check("kind", False, f"{name}：文书类别不是 {kind}", f"{name}: not a document of the kind {kind}")


def _same_order(agreement: Mapping[str, Any], order_id: str) -> Check:
    if order_id and agreement.get("order_id") == order_id:
        return Check("order", True, f"合同属于订单 {order_id}", f"the agreement is that of {order_id}")
    return Check("order", False, f"合同不属于订单 {order_id}", f"the agreement is not that of {order_id}")


def _same_certificate(claims: Mapping[str, Any], certificate: Mapping[str, Any]) -> Check:
    """Ids are those of the centre that issued the agreement: the address before the agreement's own is the other's."""
    agreement = _at(claims, "agreement")
    agreement_id, certificate_id = agreement.get("agreement_id"), _at(agreement, "subject").get("certificate_id")
    centre, _, own = str(claims.get("id", "")).rpartition("/")
    named = bool(own and certificate_id) and own == agreement_id
    if named and certificate.get("id") == f"{centre}/{certificate_id}":
        return Check("parties", True, "合同所依的证书即此证书", "the agreement rests on this certificate")
    return Check("parties", False, "合同所依的是另一证书", "the agreement rests on another certificate")


def _same_content(subject: Mapping[str, Any], scorecard: Mapping[str, Any] | None) -> Check:
    if scorecard is None:
        return Check("digest", None, "没有可供核对的评分文书", "no scorecard of what was sold is at hand")
    same = scorecard.get("content_sha256") is not None and subject.get("content_sha256") == scorecard["content_sha256"]
    if same:
        return Check("digest", True, "评分所评即合同所售内容", "what was scored is what was sold")
    return Check("digest", False, "评分所评并非合同所售内容", "what was scored is not what was sold")


def _received(claims: Mapping[str, Any], receipt: Mapping[str, Any], order_id: str) -> Check:
    subject = _at(_at(claims, "agreement"), "subject")
    same = _at(receipt, "agreement").get("digest") == claims.get("digest") is not None
    if same and receipt.get("order") == order_id and _digests(receipt) == _digests(subject):
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
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
