"""Pure rules of auctions: the clocks and figures of an auction, the next bid, and who has won at which price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.money import Money
from kernel.rules import policy
from kernel.text import Text
from market.auctions.states import AuctionFormat

FAULTY: Final = "LT-AUC-01"
"""The rule of what an auction says before it is announced."""


class AuctionRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long, how much and how many."""

    notice_days_min: int
    display_days_min: int
    open_minutes_min: int
    open_days_max: int
    ahead_days_max: int
    extension_minutes: int
    reveal_hours_min: int
    reveal_hours_max: int
    deposit_rate_min: Decimal
    deposit_rate_max: Decimal
    unrevealed_forfeit_rate: Decimal
    confirm_working_days: int
    minutes_years: int
    steps_max: int
    bidders_max: int
    bids_max: int
    batch_max: int

    def __post_init__(self) -> None:
        if not 0 < self.display_days_min <= self.notice_days_min:
            raise ValueError("a lot is displayed after it was announced")
        if not 0 < self.deposit_rate_min <= self.deposit_rate_max < 1 or not 0 <= self.unrevealed_forfeit_rate <= 1:
            raise ValueError("a deposit is a part of the start price, and what is lost a part of the deposit")


RULES: Final = policy.load("auction", AuctionRules, "market.auctions")


@dataclass(frozen=True, slots=True)
class Step:
    """From a price on, by how much at least a bid is above it."""

    from_minor: int
    step_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The figures and moments of an auction, as its seller would have them."""

    format: AuctionFormat
    start: Money
    deposit: Money
    reserve: Money | None
    steps: tuple[Step, ...]
    opens_at: datetime
    closes_at: datetime
    reveals_until: datetime | None


def faults(plan: Plan, at: datetime, table: AuctionRules) -> list[FieldError]:
    """Everything in a plan that an auction may not say."""
    return [*_clock_faults(plan, at, table), *_figure_faults(plan, table), *_step_faults(plan, table)]


def _clock_faults(plan: Plan, at: datetime, table: AuctionRules) -> Iterator[FieldError]:
    first, last = at + timedelta(days=table.notice_days_min), at + timedelta(days=table.ahead_days_max)
    if not first <= plan.opens_at <= last:
        text = Text(
            f"公告后至少 {table.notice_days_min} 天开始，最迟 {table.ahead_days_max} 天内",
            f"It opens at least {table.notice_days_min} days after its notice, within {table.ahead_days_max} days",
        )
        yield FieldError("/opens_at", text, FAULTY)
    shortest, longest = timedelta(minutes=table.open_minutes_min), timedelta(days=table.open_days_max)
    if not shortest <= plan.closes_at - plan.opens_at <= longest:
        text = Text(
            f"竞价时间为 {table.open_minutes_min} 分钟至 {table.open_days_max} 天",
            f"It is open for {table.open_minutes_min} minutes to {table.open_days_max} days",
        )
        yield FieldError("/closes_at", text, FAULTY)
    if (plan.format is AuctionFormat.ENGLISH) is not (plan.reveals_until is None):
        text = Text("密封竞价须有揭示期，公开竞价没有", "A sealed auction has a time to reveal, an open one has none")
        yield FieldError("/reveals_until", text, FAULTY)
    elif plan.reveals_until is not None:
        hours = (plan.reveals_until - plan.closes_at) / timedelta(hours=1)
        if not table.reveal_hours_min <= hours <= table.reveal_hours_max:
            text = Text(
                f"揭示期为 {table.reveal_hours_min} 至 {table.reveal_hours_max} 小时",
                f"The time to reveal is {table.reveal_hours_min} to {table.reveal_hours_max} hours",
            )
            yield FieldError("/reveals_until", text, FAULTY)


def _figure_faults(plan: Plan, table: AuctionRules) -> Iterator[FieldError]:
    if plan.start.minor <= 0:
        yield FieldError("/start_price/amount", Text("起拍价须大于零", "The start price is above zero"), FAULTY)
    share = Decimal(plan.deposit.minor) / Decimal(max(plan.start.minor, 1))
    same = plan.deposit.currency == plan.start.currency
    if not same or not table.deposit_rate_min <= share <= table.deposit_rate_max:
        text = Text(
            f"保证金为起拍价的 {table.deposit_rate_min} 至 {table.deposit_rate_max}，同币种",
            f"A deposit is {table.deposit_rate_min} to {table.deposit_rate_max} of the start price, in its currency",
        )
        yield FieldError("/deposit/amount", text, FAULTY)
    reserve = plan.reserve
    if reserve is not None and (reserve.currency != plan.start.currency or reserve.minor < plan.start.minor):
        text = Text("保留价不低于起拍价，同币种", "A reserve is not below the start price, in its currency")
        yield FieldError("/reserve/amount", text, FAULTY)


def _step_faults(plan: Plan, table: AuctionRules) -> Iterator[FieldError]:
    starts = [step.from_minor for step in plan.steps]
    if plan.format is not AuctionFormat.ENGLISH:
        if starts:
            yield FieldError("/steps", Text("密封竞价没有加价幅度", "A sealed auction has no steps"), FAULTY)
        return
    rising = starts == sorted(set(starts)) and starts[:1] == [0] and len(starts) <= table.steps_max
    same = all(step.currency == plan.start.currency for step in plan.steps)
    if not rising or not same or any(step.step_minor <= 0 for step in plan.steps):
        text = Text(
            "加价幅度表自 0 起严格递增，幅度大于零，与起拍价同币种",
            "Steps begin at 0 and rise strictly; each step is above zero, in the currency of the start price",
        )
        yield FieldError("/steps", text, FAULTY)


def least(current_minor: int | None, start_minor: int, steps: Sequence[Step]) -> int:
    """The least that the next open bid may be: the start price, or a step above what stands."""
    if current_minor is None:
        return start_minor
    step = max((one for one in steps if one.from_minor <= current_minor), key=lambda one: one.from_minor)
    return current_minor + step.step_minor


def extended(closes_at: datetime, at: datetime, minutes: int) -> datetime:
    """When an open auction closes after a bid: at the earliest so many minutes after it."""
    return max(closes_at, at + timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class SealedBid:
    """A revealed bid; `order` is the place of its commitment, `linked` those that are one hand with its bidder."""

    bidder: str
    minor: int
    order: int
    linked: frozenset[str] = frozenset()
    linked_to_seller: bool = False


@dataclass(frozen=True, slots=True)
class Won:
    """Who has won, what it pays, and who comes next if it does not."""

    bidder: str
    pays_minor: int
    runner_up: str | None = None
    runner_up_pays_minor: int | None = None


def decide(format_: AuctionFormat, bids: Sequence[SealedBid], start_minor: int, reserve_minor: int) -> Won | None:
    """The winner of a sealed auction: the highest that reaches start and reserve, of equals the earlier commitment.

    Who is one hand with the seller has not bid. First price pays its own; Vickrey the reserve, or what the highest
    other valid bid offers if that is more, leaving out who is one hand with the winner. The runner-up is who would have
    won without the winner and its kin.
    """
    floor = max(start_minor, reserve_minor)
    open_to = (bid for bid in bids if bid.minor >= start_minor and not bid.linked_to_seller)
    ranked = sorted(open_to, key=lambda bid: (-bid.minor, bid.order))
    valid = [bid for bid in ranked if bid.minor >= floor]
    if not valid:
        return None
    first = valid[0]
    pays = _pays(format_, first, ranked, floor)
    others = [bid for bid in ranked if bid.bidder != first.bidder]
    second = next((bid for bid in others if bid.minor >= floor and bid.bidder not in first.linked), None)
    if second is None:
        return Won(first.bidder, pays)
    return Won(first.bidder, pays, second.bidder, _pays(format_, second, others, floor))


def _pays(format_: AuctionFormat, winner: SealedBid, ranked: Sequence[SealedBid], floor: int) -> int:
    if format_ is AuctionFormat.SEALED:
        return winner.minor
    rivals = [bid.minor for bid in ranked if bid.bidder != winner.bidder and bid.bidder not in winner.linked]
    return max([floor, *rivals])


def commitment(auction: str, bidder: str, money: Money, nonce: str) -> str:
    """The digest of a sealed bid: without auction and bidder in it a rival could copy it (RFC 8785, SHA-256)."""
    view = money.view()
    facts = {"auction": auction, "bidder": bidder, "amount": view.amount, "currency": view.currency, "nonce": nonce}
    return canonical.digest(facts)


def reserve_digest(auction: str, money: Money | None, nonce: str) -> str:
    """What a secret reserve is committed to before the bidding, so that it cannot be chosen after."""
    told: dict[str, Any] = {"amount": None, "currency": None} if money is None else msgspec.to_builtins(money.view())
    return canonical.digest({"auction": auction, **told, "nonce": nonce})


def committing_text(auction: str, digest: str) -> str:
    """What a bidder signs to commit itself, as UTF-8 bytes."""
    return f"liutong bid {auction} {digest}"


def confirming_text(auction: str, digest: str) -> str:
    """What winner and seller sign to confirm the sale, as UTF-8 bytes."""
    return f"liutong sale {auction} {digest}"


def forfeited(deposit: Money, rate: Decimal) -> tuple[Money, Money]:
    """What of a deposit is lost, and what is left to give back."""
    lost = Money.round(deposit.decimal * rate, deposit.currency)
    return lost, deposit - lost
