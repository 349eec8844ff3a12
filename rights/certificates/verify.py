"""What a certificate's own claims let an outsider check: pure."""

from typing import Any, Final

from kernel.documents.checks import Check
from kernel.text import Text
from rights.certificates import rules

_NUMBER: Final = Text("证书编号", "certificate number")
_TERM: Final = Text("有效期", "term")


def check(claims: dict[str, Any]) -> list[Check]:
    """The number is one of a registration, the term is not longer than the law allows, and both are told."""
    number = str(claims.get("certificate_number"))
    if not rules.is_number(number):
        return [Check(_NUMBER, False, Text("编号不合规则", "the number is not that of a certificate"))]
    holder = claims.get("holder")
    name = str(holder.get("name")) if isinstance(holder, dict) else "-"
    checks = [Check(_NUMBER, True, Text(f"{number}，权利人 {name}", f"{number}, held by {name}"))]
    start, stop = claims.get("valid_from"), claims.get("valid_until")
    if not rules.is_term(start, stop):
        return [*checks, Check(_TERM, False, Text("有效期不合规则", "the term is not one that the law allows"))]
    return [*checks, Check(_TERM, True, Text(f"自 {start} 至 {stop}", f"from {start} to {stop}"))]
