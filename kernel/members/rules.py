"""Pure rules of an organisation's people."""

from collections.abc import Iterable
from typing import Final

import msgspec

from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text


class MemberRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of an organisation's people."""

    invitation_days: int
    members_max: int
    invitations_max: int


POLICY: Final = policy.load("members", MemberRules, "kernel.members")


def role_faults(roles: Iterable[str], allowed: Iterable[str], clash: tuple[str, str] | None) -> list[FieldError]:
    """Roles that whoever gives them may not give, and two that nobody holds together, by their places."""
    may = frozenset(allowed)
    shown = ", ".join(sorted(may)) or "-"
    beyond = Text(
        f"该角色不属于本单位或超出您的授权；可用：{shown}",
        f"It is not your organisation's, or beyond what you may give; use one of {shown}",
    )
    faults = [FieldError(f"/roles/{at}", beyond, "LT-MEM-01") for at, role in enumerate(roles) if role not in may]
    if clash is not None:
        text = Text(f"“{clash[0]}”与“{clash[1]}”不得由同一人担任", f"Nobody is both {clash[0]} and {clash[1]}")
        faults.append(FieldError("/roles", text, "LT-ADM-08"))
    return faults
