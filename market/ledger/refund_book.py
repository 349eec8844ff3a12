"""Entries of money that goes back, as pure templates."""

from collections.abc import Sequence

from kernel.money import Money
from market.ledger.book import LOSS, Entry, Leg, Part, Source, clawback, payable, refunding


def set_aside(refund_id: str, subject_id: str, parts: Sequence[Part]) -> Entry:
    """What is refunded is taken from whoever has it, so that nothing else can take it while it is sent back."""
    legs = tuple(Leg(part.account, refunding(subject_id), part.money) for part in parts if part.money.minor != 0)
    return Entry(f"refund:{refund_id}:begun", "refund_begun", subject_id, legs)


def sent(refund_id: str, attempt: int, subject_id: str, money: Money, to: str) -> Entry:
    """The money has left by one of the ways that were tried: to a bank, a gateway, or the buyer's balance."""
    legs = (Leg(refunding(subject_id), to, money),)
    return Entry(f"refund:{refund_id}:sent:{attempt}", "refunded", subject_id, legs)


def came_back(refund_id: str, attempt: int, subject_id: str, money: Money, account: str) -> Entry:
    """What had been sent came back, and is owed again."""
    legs = (Leg(account, refunding(subject_id), money),)
    return Entry(f"refund:{refund_id}:back:{attempt}", "refund_came_back", subject_id, legs)


def set_off(payout_id: str, party_id: str, money: Money) -> Entry:
    """A part of what is payable to a party pays what it owes for refunds."""
    legs = (Leg(payable(party_id), clawback(party_id), money),)
    return Entry(f"clawback:{payout_id}:set-off", "clawback_set_off", party_id, legs)


def transfer_reversed(reversal_id: str, party_id: str, money: Money) -> Entry:
    """What a party owes for refunds came back from its account at Stripe."""
    legs = (Leg(Source.STRIPE.value, clawback(party_id), money),)
    return Entry(f"reversal:{reversal_id}:done", "transfer_reversed", reversal_id, legs)


def written_off(write_off_id: str, party_id: str, money: Money) -> Entry:
    """What a party owes for refunds is given up, and the centre bears it."""
    return Entry(
        f"clawback:{write_off_id}:written-off",
        "clawback_written_off",
        party_id,
        (Leg(LOSS, clawback(party_id), money),),
    )
