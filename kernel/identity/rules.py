"""Pure rules of admission and access."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from kernel.errors import FieldError
from kernel.identity import uscc
from kernel.rules import policy
from kernel.states import Role
from kernel.text import Text


class Admission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds, roles and pledges of an application."""

    kinds: list[str]
    open_roles: list[str]
    centre_roles: list[str]
    always: list[str]
    by_role: dict[str, list[str]]


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long keys live, which offices no single key holds, and which take their keys by invitation."""

    first_key_days: int
    key_days: int
    key_days_max: int
    invitation_days: int
    invited: list[str]
    apart: list[tuple[str, str]]


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an admission is good for before the centre looks again."""

    years: int


MEMBERSHIP: Final = policy.load("membership", Membership, "kernel.identity")
ADMISSION: Final = policy.load("admission", Admission, "kernel.identity")
ACCESS: Final = policy.load("access", Access, "kernel.identity")

_EMAIL: Final = re.compile(r"^[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,24}$")

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Characters that nobody sees and that reorder a line or begin a new one: names stand in contracts."""

_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xE0100, 0xE01F0)),
}
"""Letters and marks by their category that show nothing."""

_ALIKE: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
"""Alphabets whose letters are mistaken for each other; a name keeps to one of them."""


def reads_as_written(name: str) -> bool:
    """Whether a name shows something, nothing but what is in it, and letters of one alphabet and one width only."""
    unseen = any(unicodedata.category(character) in _UNSEEN or character in _BLANK for character in name)
    wide = any(character.isalnum() and unicodedata.east_asian_width(character) == "F" for character in name)
    return bool(name) and name == name.strip() and not unseen and not wide and len(_alphabets(name)) <= 1


def _alphabets(name: str) -> frozenset[str]:
    """Those of the alphabets that look alike from which a name takes letters."""
    letters = (unicodedata.name(character, "").partition(" ")[0] for character in name if character.isalpha())
    return frozenset(alphabet for alphabet in letters if alphabet in _ALIKE)


def authority(party_roles: Iterable[str], key_roles: Iterable[Role], access: Access, *, centre: bool) -> frozenset[str]:
    """The roles that a key may give to others and take away: its own; the operator's all offices but the invited."""
    own = frozenset(str(role) for role in key_roles)
    if centre and Role.OPERATOR in own:
        return frozenset(party_roles) - frozenset(access.invited)
    return own & frozenset(party_roles)


def clash(roles: Iterable[str], access: Access) -> tuple[str, str] | None:
    """Two of these offices that no single key may hold, or None."""
    wanted = frozenset(roles)
    return next((pair for pair in access.apart if wanted >= frozenset(pair)), None)


def key_end(at: datetime, days: int | None, maker_end: datetime, access: Access) -> datetime | None:
    """When a key that another makes ends: as asked, or after a year; None when it would outlive its maker."""
    if days is None:
        return min(at + timedelta(days=access.key_days), maker_end)
    until = at + timedelta(days=days)
    return until if until <= maker_end else None


def pledges_required(roles: Iterable[str], admission: Admission) -> list[str]:
    """The pledges that these roles need, without repeats, in a stable order."""
    wanted = [*admission.always, *(p for role in roles for p in admission.by_role.get(role, ()))]
    return list(dict.fromkeys(wanted))


GIVEN: Final = Text(
    "该岗位由中心授予，不接受申请：本中心各岗位的密钥由运营员签发（POST /v1/api-keys），监管与审计岗位凭中心的邀请"
    "领取（POST /v1/office-keys）",
    "This office is given by the centre and cannot be applied for: the centre's operator makes its officers' keys "
    "(POST /v1/api-keys); regulator and auditor take theirs with an invitation (POST /v1/office-keys)",
)


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
            faults.append(FieldError(f"/roles/{position}", GIVEN, rule="LT-ADM-05"))
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
    plain = Text(
        "名称不得为空白、首尾留空、含有不可见字符、全角字母数字或混用相似字母表",
        "A name may not be blank, begin or end with a space, hold characters that cannot be seen or wide letters and"
        " digits, or mix alphabets that look alike",
    )
    email = Text("请填写有效的电子邮箱", "Give a valid e-mail address")
    return [
        *(FieldError(pointer, plain) for pointer, name in names.items() if not reads_as_written(name)),
        *(FieldError(pointer, email) for pointer, address in emails.items() if not _EMAIL.fullmatch(address)),
    ]
