"""Pure rules of renewals: when one may be offered, what its terms are, and what a higher price asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from contracts.terms.conveyance import counts_from_settlement
from contracts.terms.document import Terms
from contracts.terms.price.amounts import YEAR_DAYS, most
from contracts.terms.prices import Free, OneOff, PriceTerms
from kernel.errors import FieldError
from kernel.money import MINOR_MAX
from kernel.rules import policy
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china, timestamp
from market.renewals.errors import RenewalFaulty, RenewalNotInWindow, RenewalPriceNotice
from market.renewals.schemas import PriceChange

_RULE: Final = RenewalFaulty.rule


class RenewalDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a renewal is offered, in calendar days before the licence's last day, and the notice of a higher price."""

    window_opens_days: int
    window_closes_days: int
    price_notice_days: int

    def __post_init__(self) -> None:
        if not 0 <= self.window_closes_days <= self.window_opens_days:
            raise ValueError("a window opens before it closes")


DAYS: Final = policy.load("renewal", RenewalDays, "market.renewals")


@dataclass(frozen=True, slots=True)
class Followed:
    """The agreement that a renewal follows: its sides, asset and listing, its price, and its licence's last day."""

    provider: str
    consumer: str
    asset: str
    listing: str | None
    price: PriceTerms
    ends_on: date


def require_window(followed: Followed, on: date, days: RenewalDays) -> None:
    """Raise RenewalNotInWindow unless a renewal may be offered on a day."""
    opens = followed.ends_on - timedelta(days=days.window_opens_days)
    closes = followed.ends_on - timedelta(days=days.window_closes_days)
    if not opens <= on <= closes:
        raise RenewalNotInWindow(
            ends_on=followed.ends_on.isoformat(), opens_on=opens.isoformat(), closes_on=closes.isoformat()
        )


def require_terms(followed: Followed, new: Terms, expires_at: datetime | None, at: datetime) -> None:
    """Raise RenewalFaulty, naming every fault, unless terms that can be obeyed follow an agreement."""
    faults = [*_identity(followed, new), *_period(followed, new), *_expiry(followed, expires_at, at)]
    if faults:
        raise RenewalFaulty(errors=faults, count=len(faults))


def _identity(followed: Followed, new: Terms) -> Iterator[FieldError]:
    fixed = (
        ("/terms/provider", followed.provider, new.provider),
        ("/terms/consumer", followed.consumer, new.consumer),
        ("/terms/policy/asset", followed.asset, new.policy and new.policy.asset),
        ("/terms/listing", followed.listing, new.listing),
    )
    for pointer, kept, given in fixed:
        if kept != given:
            text = Text(f"续订不改换此项，应为 {kept}", f"A renewal does not exchange this: it stays {kept}")
            yield FieldError(pointer, text, _RULE)


def _period(followed: Followed, new: Terms) -> Iterator[FieldError]:
    """It begins when the licence that it follows is over, on a day of its own, whenever its price is settled."""
    over = end_of_day_in_china(followed.ends_on)
    for at, rule in enumerate(new.licence.permissions):
        here = f"/terms/policy/permissions/{at}"
        if rule.starts is None or rule.starts < over:
            text = Text(
                f"续订自原许可届满后开始：starts 不早于 {timestamp(over)}",
                f"It begins after the licence that it follows: starts at {timestamp(over)} or later",
            )
            yield FieldError(f"{here}/starts", text, _RULE)
        if rule.ends is None:
            yield FieldError(f"{here}/ends", Text("续订须写明终止 ends", "Say when it ends (ends)"), _RULE)
        if counts_from_settlement(rule):
            text = Text(
                "价款可能在续订开始之前结算，期限不得自结算起算",
                "Its price may be settled before it begins: no window counts from settlement",
            )
            yield FieldError(f"{here}/window_from", text, _RULE)


def _expiry(followed: Followed, expires_at: datetime | None, at: datetime) -> Iterator[FieldError]:
    latest = end_of_day_in_china(followed.ends_on)
    if expires_at is not None and not at < expires_at <= latest:
        text = Text(f"应晚于现在且不晚于 {timestamp(latest)}", f"After now, and not after {timestamp(latest)}")
        yield FieldError("/expires_at", text, RenewalNotInWindow.rule)


def starts_on(new: Terms) -> date:
    """The day on which a renewal begins."""
    return min(day_in_china(rule.starts) for rule in new.licence.permissions if rule.starts is not None)


def price_change(before: PriceTerms, new: Terms) -> PriceChange:
    """Whether more is to be paid than before; what cannot be compared counts as more.

    Plans are compared by the most that they come to in a year; another currency, a plan in the place of a price paid
    once, and use without a bound cannot be compared.
    """
    if before == new.price:
        return "same"
    old, now = most(before, YEAR_DAYS), most(new.price, YEAR_DAYS)
    alike = isinstance(before, Free) or isinstance(new.price, Free) or type(before) is type(new.price)
    if not alike or (old is not None and now is not None and old.currency != now.currency):
        return "higher"
    was, is_ = old.minor if old else 0, now.minor if now else 0
    if isinstance(before, OneOff) or isinstance(new.price, OneOff) or max(was, is_) < MINOR_MAX:
        return "same" if is_ == was else "higher" if is_ > was else "lower"
    return "higher"


def require_notice(change: PriceChange, begins: date, on: date, days: RenewalDays) -> None:
    """Raise RenewalPriceNotice, naming the earliest day, where a higher price is announced too late."""
    earliest = on + timedelta(days=days.price_notice_days)
    if change == "higher" and begins < earliest:
        raise RenewalPriceNotice(
            notice_days=days.price_notice_days, earliest=earliest.isoformat(), starts_on=begins.isoformat()
        )
