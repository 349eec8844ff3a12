"""Checking a test's result offline: its tester signed exactly this, and its conclusion follows from its measures."""

from collections.abc import Mapping
from decimal import InvalidOperation
from typing import Any, Final

from kernel.crypto import signing
from kernel.documents.verify import Check
from kernel.text import Text
from valuation.testing import rules

_DIGEST: Final = Text("检测结果摘要", "Digest of the result")
_SIGNATURE: Final = Text("检测机构签名", "The tester's signature")
_INDEPENDENT: Final = Text("检测机构与提供方", "Tester and provider")
_CONCLUSION: Final = Text("检测结论", "The conclusion")


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Check the claims of a `third-party-test` document; malformed claims hold in nothing.

    That a public key is the tester's is what the centre's signature on the document says.
    """
    content = claims.get("content")
    if not isinstance(content, dict):
        content = {}
    return [
        _told(_DIGEST, _digest_holds(claims, content), "与内容一致", "it matches the content"),
        _told(_SIGNATURE, _signature_holds(claims, content), "以所示公钥核验有效", "it holds under the key shown"),
        _told(_INDEPENDENT, _independent(content), "为不同主体", "they are different parties"),
        _told(_CONCLUSION, _conclusion_holds(content), "由各项测量得出", "it follows from the measures"),
    ]


def _told(name: Text, holds: bool, zh: str, en: str) -> Check:
    return Check(name, holds, Text(zh, en) if holds else Text(f"不成立：未能确认{zh}", f"not established: {en}"))


def _digest_holds(claims: Mapping[str, Any], content: dict[str, Any]) -> bool:
    try:
        return bool(content) and rules.digest(content) == claims.get("digest")
    except (TypeError, ValueError):
        return False


def _signature_holds(claims: Mapping[str, Any], content: dict[str, Any]) -> bool:
    given = claims.get("signature")
    if not isinstance(given, dict) or not content or given.get("party") != content.get("tester"):
        return False
    text = rules.signing_text(str(content.get("test")), str(claims.get("digest")))
    return signing.verify_text(given.get("public_key"), given.get("signature"), text)


def _independent(content: dict[str, Any]) -> bool:
    tester, provider = content.get("tester"), content.get("provider")
    return isinstance(tester, str) and isinstance(provider, str) and tester != provider


def _conclusion_holds(content: dict[str, Any]) -> bool:
    measures = content.get("measures")
    if not isinstance(measures, list) or not all(isinstance(each, dict) for each in measures):
        return False
    try:
        met = [rules.judged(str(each["value"]), each["limit"], each["direction"]) for each in measures]
        stated = [each["met"] for each in measures]
        return met == stated and rules.conclusion(measures) == content.get("conclusion")
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return False
