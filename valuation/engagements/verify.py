"""Checking a report offline: the value recomputes, and two valuers signed exactly what the report says; pure."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from kernel.crypto import signing
from kernel.documents.verify import Check
from kernel.text import Text
from valuation.appraisal import verify as appraisal
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
    return found + [_signed(claims, part) for part in PARTS]


def _signed(claims: Mapping[str, Any], part: str) -> Check:
    holds = _signature_holds(claims, part)
    good = Text("以所示公钥核验有效", "it holds under the public key shown")
    return Check(_NAMES[part], holds, good if holds else Text("签名缺失或无效", "it is missing or does not hold"))


def _signature_holds(claims: Mapping[str, Any], part: str) -> bool:
    """Exactly one signature of the part, by the valuer of the engagement, with a key that the other did not use."""
    given, engagement = claims.get("signatures"), claims.get("engagement")
    if not isinstance(given, list) or len(given) != len(PARTS) or not isinstance(engagement, dict):
        return False
    if not all(isinstance(each, dict) for each in given):
        return False
    mine = [each for each in given if each.get("part") == part]
    others = {each.get("public_key") for each in given if each.get("part") != part}
    valuers = engagement.get("valuers")
    if len(mine) != 1 or mine[0].get("public_key") in others or not isinstance(valuers, list):
        return False
    named = [each.get("id") for each in valuers if isinstance(each, dict) and each.get("part") == part]
    if named != [mine[0].get("practitioner")]:
        return False
    try:
        public = signing.from_multibase(mine[0]["public_key"])
        signature = base64.b64decode(mine[0]["signature"], validate=True)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        return False
    text = rules.signing_text(str(engagement.get("id")), str(claims.get("digest")))
    return signing.verify(public, signature, text.encode())
