"""Pure rules of admission and access."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from kernel.errors import FieldError
from kernel.identity import uscc
from kernel.rules import policy
from kernel.states import Role
from kernel.text import Text


class Permissions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each role may do."""

    roles: dict[str, list[str]]


class Admission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds, roles and pledges of an application."""

    kinds: list[str]
    open_roles: list[str]
    centre_roles: list[str]
    always: list[str]
    by_role: dict[str, list[str]]


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an admission is good for before the centre looks again."""

    years: int


MEMBERSHIP: Final = policy.load("membership", Membership, "kernel.identity")
PERMISSIONS: Final = policy.load("permissions", Permissions, "kernel.identity")
ADMISSION: Final = policy.load("admission", Admission, "kernel.identity")

_EMAIL: Final = re.compile(r"^[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,24}$")

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Characters that nobody sees and that reorder a line or begin a new one: names stand in contracts."""


def reads_as_written(name: str) -> bool:
    """Whether a name shows something, and nothing but what is in it."""
    return bool(name.strip()) and not any(unicodedata.category(character) in _UNSEEN for character in name)


def authority(party_roles: Iterable[str], key_roles: Iterable[Role], *, centre: bool) -> frozenset[str]:
    """The roles that a key may give to other keys and take away: its own; the centre's operator has all offices."""
    own = frozenset(str(role) for role in key_roles)
    return frozenset(party_roles) if centre and Role.OPERATOR in own else own & frozenset(party_roles)


def permissions_of(roles: Iterable[Role], table: Permissions) -> frozenset[str]:
    """The union of what the roles may do."""
    return frozenset(name for role in roles for name in table.roles.get(str(role), ()))


def pledges_required(roles: Iterable[str], admission: Admission) -> list[str]:
    """The pledges that these roles need, without repeats, in a stable order."""
    wanted = [*admission.always, *(p for role in roles for p in admission.by_role.get(role, ()))]
    return list(dict.fromkeys(wanted))


def application_faults(
    code: str, kind: str, roles: Sequence[str], pledges: Sequence[str], admission: Admission
) -> list[FieldError]:
    """Every fault of what an applicant is and promises, at once."""
    faults: list[FieldError] = []
    if not uscc.is_valid(code):
        text = Text("统一社会信用代码应为 18 位且校验码正确", "Give 18 characters whose check character is right")
        faults.append(FieldError("/uscc", text, rule="LT-ADM-02"))
    if kind not in admission.kinds:
        kinds = ", ".join(admission.kinds)
        faults.append(FieldError("/kind", Text(f"主体类型应为：{kinds}", f"Use one of {kinds}")))
    for position, role in enumerate(roles):
        if role in admission.centre_roles:
            text = Text("该岗位由中心授予，不接受申请", "This office is given by the centre and cannot be applied for")
            faults.append(FieldError(f"/roles/{position}", text, rule="LT-ADM-05"))
        elif role not in admission.open_roles:
            open_roles = ", ".join(admission.open_roles)
            faults.append(FieldError(f"/roles/{position}", Text(f"角色应为：{open_roles}", f"Use one of {open_roles}")))
    missing = [pledge for pledge in pledges_required(roles, admission) if pledge not in pledges]
    if missing:
        text = Text(f"缺少承诺：{'、'.join(missing)}", f"Pledges are missing: {', '.join(missing)}")
        faults.append(FieldError("/pledges", text, rule="LT-ADM-03"))
    return faults


def text_faults(names: Mapping[str, str], emails: Mapping[str, str]) -> list[FieldError]:
    """Every name that deceives the eye and every address that is none, by their pointers."""
    plain = Text("名称不得为空白或含有不可见字符", "A name may not be blank or hold characters that cannot be seen")
    email = Text("请填写有效的电子邮箱", "Give a valid e-mail address")
    return [
        *(FieldError(pointer, plain) for pointer, name in names.items() if not reads_as_written(name)),
        *(FieldError(pointer, email) for pointer, address in emails.items() if not _EMAIL.fullmatch(address)),
    ]
