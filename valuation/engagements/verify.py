"""Checking a report offline: the value recomputes, and two valuers signed exactly what the report says; pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from kernel.crypto import signing
from kernel.documents.verify import Check
from kernel.text import Text
from valuation.appraisal import verify as appraisal
from valuation.appraisal.document import AppraisalClaims, read
from valuation.engagements import rules

PARTS: Final = ("first_valuer", "second_valuer")
_DIGEST: Final = Text("评估师所签内容的摘要", "Digest of what the valuers signed")
_NAMES: Final = {
    "first_valuer": Text("第一名评估人员签名", "The first valuer's signature"),
    "second_valuer": Text("第二名评估人员签名", "The second valuer's signature"),
}


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Recompute the value; a document that calls itself a report also needs the signatures of both its valuers.

    That a public key is the valuer's is what the centre's signature on the document says.
    """
    found = appraisal.check(claims)
    if claims.get("standing") != "issued" and "signatures" not in claims:
        return found
    stated = claims.get("digest")
    try:
        holds = isinstance(stated, str) and rules.digest(rules.content_of(claims)) == stated
    except (KeyError, TypeError, ValueError):
        holds = False
    good, bad = Text("摘要与报告内容一致", "it matches the report"), Text("摘要与报告内容不一致", "it does not match")
    found.append(Check(_DIGEST, holds, good if holds else bad))
    try:
        report = read(claims)
    except msgspec.ValidationError:
        report = None
    return found + [_signed(report, part) for part in PARTS]


def _signed(report: AppraisalClaims | None, part: str) -> Check:
    holds = report is not None and _signature_holds(report, part)
    good = Text("以所示公钥核验有效", "it holds under the public key shown")
    return Check(_NAMES[part], holds, good if holds else Text("签名缺失或无效", "it is missing or does not hold"))


def _signature_holds(report: AppraisalClaims, part: str) -> bool:
    """Exactly one signature of the part, by the valuer of the engagement, with a key that the other did not use."""
    signatures, engagement = report.signatures or (), report.engagement
    own = [each for each in signatures if each.part == part]
    others = {each.public_key for each in signatures if each.part != part}
    if engagement is None or len(signatures) != len(PARTS) or len(own) != 1 or own[0].public_key in others:
        return False
    if [each.id for each in engagement.valuers if each.part == part] != [own[0].practitioner]:
        return False
    text = rules.signing_text(engagement.id, str(report.digest))
    return signing.verify_text(own[0].public_key, own[0].signature, text)
