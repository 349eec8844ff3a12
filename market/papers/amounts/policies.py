"""What papers go by that people argue about: rates of tax, days, and what things are called in the tax system."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from kernel.rules import policy

Rate = Annotated[str, msgspec.Meta(pattern=r"^0\.[0-9]{1,4}$")]
Days = Annotated[int, msgspec.Meta(ge=1, le=3660)]


class Taxpayer(StrEnum):
    """The standing of a party before the tax office (纳税人类型)."""

    GENERAL = "general"
    SMALL_SCALE = "small-scale"


class Vat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rate, or the levy, by the standing of the seller."""

    general: Rate
    small_scale: Rate

    def of(self, taxpayer: Taxpayer) -> str:
        """The rate that is contained in the prices of such a seller."""
        return self.general if taxpayer is Taxpayer.GENERAL else self.small_scale


class Classed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the tax system calls a kind of goods or services: its 19 digits, and the short name between asterisks."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{19}$")]
    short_zh: str
    short_en: str


class Invoicing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days are calendar days; a step that is late is reminded of every `remind_days`."""

    request_days: Days
    issue_days: Days
    register_days: Days
    red_days: Days
    remind_days: Days
    slip_hours: Annotated[int, msgspec.Meta(ge=1, le=720)]
    classes: dict[str, Classed]


VAT: Final = policy.load("vat", Vat, "market.papers")
INVOICING: Final = policy.load("invoicing", Invoicing, "market.papers")
