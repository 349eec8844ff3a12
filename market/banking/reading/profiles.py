"""How banks write their tables, as dated policy: which headings mean what (decision 0165)."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.rules import policy

Headings = Annotated[tuple[str, ...], Meta(min_length=1)]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The headings of one bank's table. Amounts stand in two columns, or in one with its sign."""

    id: str
    zh: str
    en: str
    currency: str
    date: Headings
    balance: Headings
    serial: Headings
    income: tuple[str, ...] = ()
    outgo: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()
    counterparty: tuple[str, ...] = ()
    counterparty_account: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    own_account: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.income and self.outgo) == bool(self.amount):
            raise ValueError(f"{self.id}: two columns of amounts, or one with its sign")


class Profiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every profile by its name."""

    profiles: tuple[Profile, ...]

    def __post_init__(self) -> None:
        if len({each.id for each in self.profiles}) != len(self.profiles):
            raise ValueError("a profile is named once")


PROFILES: Final = policy.load("bank-csv", Profiles, "market.banking")
