"""The chart of accounts and the entries of the market, as pure templates.

A posting moves money out of the account it debits and into the account it credits. A balance is credits less debits:
what the centre owes somebody, or for `world:` accounts, with a minus, what the centre has at its bank or at Stripe.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.money import Money

FEES: Final = "platform:fees"
LOSS: Final = "platform:loss"
COSTS: Final = "platform:costs"
VAT: Final = "vat:output"
PROMO: Final = "promo"
STRIPE_RESERVE: Final = "world:stripe-reserve"
"""The centre's own accounts: what it earned, what it bears, what it pays to banks and gateways, the output VAT that it
owes where it sells itself, the credits that it gives, and what of its balance Stripe keeps in reserve."""


class Source(StrEnum):
    """Where money comes from and goes to: the outside of the books."""

    BANK = "world:bank"
    STRIPE = "world:stripe"


def bank(account_id: str) -> str:
    """The account that stands for one of the centre's bank accounts (银行存款)."""
    return f"world:bank:{account_id}"


def suspense(line_id: str) -> str:
    """The account of money whose payer or purpose is not known yet, by the line of the statement (待查款)."""
    return f"suspense:{line_id}"


def prepaid(party_id: str) -> str:
    """The account of what a party has paid in advance (预存款)."""
    return f"prepaid:party:{party_id}"


def escrow(order_id: str) -> str:
    """The account that holds an order's money until acceptance (托管)."""
    return f"escrow:order:{order_id}"


def refunding(order_id: str) -> str:
    """The account that holds the money of an order, or a deposit by its bidder, on its way back (待退款)."""
    return f"refunding:order:{order_id}"


def deposit(bid_id: str) -> str:
    """The account of a bidder's deposit (保证金)."""
    return f"deposit:bid:{bid_id}"


def withheld(order_id: str, party_id: str) -> str:
    """The account of a party's share of an order that is kept back while title or quality is in dispute (暂扣款)."""
    return f"withheld:{order_id}:{party_id}"


def payable(party_id: str) -> str:
    """The account of what the centre owes a party (应付)."""
    return f"payable:party:{party_id}"


def in_transit(payout_id: str) -> str:
    """The account of a payout on its way to a party's bank (在途付款)."""
    return f"payout:{payout_id}"


def transit(transaction_id: str) -> str:
    """The account of money on its way from Stripe to the centre's bank; below zero (在途款项)."""
    return f"transit:{transaction_id}"


def clawback(party_id: str) -> str:
    """The account of what a party owes the centre for refunds of money that it has had; below zero (应收退回款)."""
    return f"clawback:party:{party_id}"


def disputed(dispute_id: str) -> str:
    """The account of what a gateway has taken while a payment is disputed; below zero (争议款)."""
    return f"disputed:{dispute_id}"


def exchange(sold: str, bought: str) -> str:
    """The account through which money changes its currency (汇兑)."""
    return f"fx:{sold}-{bought}"


_ID: Final = r"[a-z]{3}_[0-9a-z]{26}"
_CHART: Final = (
    (re.compile(r"world:bank(:[0-9A-Za-z][0-9A-Za-z._-]{0,39})?"), True, "C"),
    (re.compile(r"world:stripe(-reserve)?"), True, "C"),
    (re.compile(rf"transit:{_ID}"), True, "C"),
    (re.compile(rf"suspense:{_ID}"), False, "L"),
    (re.compile(rf"prepaid:party:{_ID}"), False, "L"),
    (re.compile(rf"escrow:order:{_ID}"), False, "L"),
    (re.compile(rf"refunding:order:{_ID}"), False, "L"),
    (re.compile(rf"deposit:bid:{_ID}"), False, "L"),
    (re.compile(rf"withheld:{_ID}:{_ID}"), False, "L"),
    (re.compile(rf"payable:party:{_ID}"), False, "L"),
    (re.compile(rf"payout:{_ID}"), False, "L"),
    (re.compile(rf"clawback:party:{_ID}"), True, "A"),
    (re.compile(rf"disputed:{_ID}"), True, "A"),
    (re.compile(r"vat:output"), False, "L"),
    (re.compile(r"platform:fees"), False, "R"),
    (re.compile(r"platform:(loss|costs)"), True, "X"),
    (re.compile(r"fx:[A-Z]{3}-[A-Z]{3}"), True, "V"),
    (re.compile(r"promo"), True, "X"),
)
"""Every account there can be, whether it may fall below zero, and its nature in bookkeeping (see `nature`)."""


def may_overdraw(path: str) -> bool:
    """Say whether an account may fall below zero; raises ValueError for a path outside the chart."""
    return _charted(path)[0]


def nature(path: str) -> str:
    """What an account is to a bookkeeper (科目类别), by hledger's letters; raises ValueError outside the chart.

    Cash is C, another asset A, a liability L, revenue R, an expense X, the conversion of currencies V.
    """
    return _charted(path)[1]


def is_charted(path: str) -> bool:
    """Say whether there can be such an account."""
    return any(shape.fullmatch(path) for shape, _, _ in _CHART)


def _charted(path: str) -> tuple[bool, str]:
    for shape, allowed, kind in _CHART:
        if shape.fullmatch(path):
            return allowed, kind
    raise ValueError(f"{path} is not in the chart of accounts")


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement: out of `debit`, into `credit`."""

    debit: str
    credit: str
    money: Money

    def __post_init__(self) -> None:
        if self.money.minor <= 0 or self.debit == self.credit:
            raise ValueError("a posting moves a positive amount between two accounts")


@dataclass(frozen=True, slots=True)
class Entry:
    """Movements that are booked together or not at all; the reference makes booking them twice impossible."""

    reference: str
    kind: str
    subject: str
    legs: tuple[Leg, ...]

    def __post_init__(self) -> None:
        if not self.legs:
            raise ValueError("an entry has at least one posting")


@dataclass(frozen=True, slots=True)
class Share:
    """What one party gets of an order's money."""

    party_id: str
    money: Money


@dataclass(frozen=True, slots=True)
class Part:
    """What one account gets of money that is distributed."""

    account: str
    money: Money


def reversed_legs(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """The same movements the other way round, the last first: what undoes an entry, to the minor unit.

    Stored postings are negated; amounts are never split anew, since that rounds otherwise.
    """
    return tuple(Leg(leg.credit, leg.debit, leg.money) for leg in reversed(legs))


def sale_received(order_id: str, money: Money, source: str) -> Entry:
    """The buyer's money has arrived, from outside or out of suspense, and is held for the order."""
    legs = (Leg(str(source), escrow(order_id), money),)
    return Entry(f"order:{order_id}:sale", "sale_received", order_id, legs)


def release(order_id: str, held: Money, fee: Money, shares: Sequence[Share]) -> Entry:
    """The entry of a settlement from before `distributed`, which statements of that form are still checked by.

    The whole of what is held goes to the platform's fee and to the parties, to the minor unit.
    """
    total = sum((share.money for share in shares), fee)
    if total != held:
        raise ValueError(f"fee and shares make {total}, but {held} is held")
    targets = [(FEES, fee), *((payable(share.party_id), share.money) for share in shares)]
    legs = tuple(Leg(escrow(order_id), path, money) for path, money in targets if money.minor != 0)
    return Entry(f"order:{order_id}:release", "released", order_id, legs)


def distributed(reference: str, subject: str, account: str, money: Money, parts: Sequence[Part]) -> Entry:
    """The whole of an amount goes from one account to those that share it, to the minor unit; each part is a posting.

    An account that gets two parts gets two postings, so that each can be traced to its place in the chain of title.
    """
    total = sum((part.money for part in parts), Money(0, money.currency))
    if total != money:
        raise ValueError(f"the parts make {total}, but {money} is distributed")
    legs = tuple(Leg(account, part.account, part.money) for part in parts if part.money.minor != 0)
    return Entry(reference, "distributed", subject, legs)


def topped_up(payment_id: str, party_id: str, money: Money, source: str) -> Entry:
    """A party has paid in advance, or for a bill that is then paid from there."""
    legs = (Leg(str(source), prepaid(party_id), money),)
    return Entry(f"payment:{payment_id}:topped-up", "topped_up", payment_id, legs)


def deposit_held(bidder_id: str, money: Money, source: str) -> Entry:
    """A bidder's deposit has arrived and is held for its auction."""
    return Entry(f"deposit:{bidder_id}:held", "deposit_held", bidder_id, (Leg(source, deposit(bidder_id), money),))


def deposit_released(bidder_id: str, money: Money) -> Entry:
    """A deposit is set aside for its bidder, so that nothing else can take it while it is sent back."""
    legs = (Leg(deposit(bidder_id), refunding(bidder_id), money),)
    return Entry(f"deposit:{bidder_id}:released", "deposit_released", bidder_id, legs)


def deposit_forfeited(bidder_id: str, seller_id: str, lost: Money, rest: Money) -> Entry:
    """What of a deposit is lost goes to the seller; the rest is set aside for its bidder."""
    targets = ((payable(seller_id), lost), (refunding(bidder_id), rest))
    legs = tuple(Leg(deposit(bidder_id), path, money) for path, money in targets if money.minor != 0)
    return Entry(f"deposit:{bidder_id}:forfeited", "deposit_forfeited", bidder_id, legs)


def deposit_set_off(bidder_id: str, order_id: str, money: Money) -> Entry:
    """The winner's deposit becomes a part of the price of its order (保证金抵作价款; 民法典 art. 587)."""
    legs = (Leg(deposit(bidder_id), escrow(order_id), money),)
    return Entry(f"deposit:{bidder_id}:set-off", "deposit_set_off", bidder_id, legs)


def deposit_returned(bidder_id: str, money: Money, source: str) -> Entry:
    """A deposit, or what was left of it, has gone back the way it came."""
    legs = (Leg(refunding(bidder_id), source, money),)
    return Entry(f"deposit:{bidder_id}:returned", "deposit_returned", bidder_id, legs)


def payout(reference: str, party_id: str, money: Money, source: Source) -> Entry:
    """A party was paid what the centre owed it; `reference` names the transfer."""
    legs = (Leg(payable(party_id), source.value, money),)
    return Entry(f"payout:{reference}", "paid_out", party_id, legs)


def kept_back(share_id: str, order_id: str, party_id: str, money: Money) -> Entry:
    """What is payable to a party of an order is kept back."""
    legs = (Leg(payable(party_id), withheld(order_id, party_id), money),)
    return Entry(f"withheld:{share_id}:kept", "kept_back", order_id, legs)


def withheld_released(share_id: str, order_id: str, party_id: str, to: str, money: Money) -> Entry:
    """A share that was kept back goes to whose it is: the party, or another by decision."""
    legs = (Leg(withheld(order_id, party_id), payable(to), money),)
    return Entry(f"withheld:{share_id}:released", "withheld_released", order_id, legs)


def corrected(correction_id: str, entry_id: str, taken: Sequence[Leg], placed: Sequence[Leg]) -> Entry:
    """An entry is put right (更正): its postings are taken back as they stand, others are booked in their place."""
    back = (Leg(leg.credit, leg.debit, leg.money) for leg in reversed(taken))
    return Entry(f"correction:{correction_id}", "corrected", entry_id, (*back, *placed))


def service_credit(window_id: str, n: int, subject: str, buyer: str, parts: Sequence[Part]) -> Entry:
    """A breach of a service level is credited to the buyer, out of what is held for, or owed to, the provider.

    `n` counts the credits of a window, from 1: what the provider did not have is taken later.
    """
    legs = tuple(Leg(part.account, prepaid(buyer), part.money) for part in parts)
    reference = f"service:{window_id}:credit" if n == 1 else f"service:{window_id}:credit-{n}"
    return Entry(reference, "service_credited", subject, legs)
