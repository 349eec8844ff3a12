"""Entries between the centre's bank accounts and the books, as pure templates: money in, money back, money out."""

from kernel.money import Money
from market.ledger.book import (
    COSTS,
    Entry,
    Leg,
    Source,
    bank,
    in_transit,
    payable,
    prepaid,
    refunding,
    suspense,
)


def received(entry_id: str, account_id: str, money: Money) -> Entry:
    """A line of a statement brings money; whose it is decides what follows in the same unit."""
    return Entry(f"bank:{entry_id}:in", "bank_received", entry_id, (Leg(bank(account_id), suspense(entry_id), money),))


def joined(entry_id: str, into: str, money: Money) -> Entry:
    """An earlier part of a payment is put to the line that completes it."""
    legs = (Leg(suspense(entry_id), suspense(into), money),)
    return Entry(f"bank:{entry_id}:joined", "bank_joined", entry_id, legs)


def shortfall(entry_id: str, money: Money) -> Entry:
    """A bank's fee within the published tolerance is the centre's cost and not the buyer's debt."""
    return Entry(f"bank:{entry_id}:fee", "bank_fee_borne", entry_id, (Leg(COSTS, suspense(entry_id), money),))


def prepaid_by(entry_id: str, party_id: str, money: Money) -> Entry:
    """What a party sent beyond what was due is kept for it."""
    legs = (Leg(suspense(entry_id), prepaid(party_id), money),)
    return Entry(f"bank:{entry_id}:prepaid", "prepaid", entry_id, legs)


def set_to_refund(entry_id: str, order_id: str, money: Money) -> Entry:
    """Money for an order that is paid or given up is set aside for its way back."""
    legs = (Leg(suspense(entry_id), refunding(order_id), money),)
    return Entry(f"bank:{entry_id}:refund", "bank_to_refund", entry_id, legs)


def sent_back(entry_id: str, held_in: str, account_id: str, money: Money) -> Entry:
    """The bank says that what came in has gone back."""
    return Entry(f"bank:{entry_id}:returned", "bank_returned", entry_id, (Leg(held_in, bank(account_id), money),))


def seen_at_bank(entry_id: str, account_id: str, money: Money, *, credit: bool) -> Entry:
    """A movement that an officer had booked by hand is now on the statement of one account."""
    of_account, by_hand = bank(account_id), Source.BANK.value
    leg = Leg(of_account, by_hand, money) if credit else Leg(by_hand, of_account, money)
    return Entry(f"bank:{entry_id}:seen", "bank_seen", entry_id, (leg,))


def charged(entry_id: str, account_id: str, money: Money) -> Entry:
    """The bank has taken a fee of its own."""
    return Entry(f"bank:{entry_id}:charge", "bank_charged", entry_id, (Leg(COSTS, bank(account_id), money),))


def payout_begun(payout_id: str, party_id: str, money: Money) -> Entry:
    """What is due to a party is taken out of what is owed, so that nothing else can pay it twice."""
    return Entry(
        f"payout:{payout_id}:begun", "payout_begun", payout_id, (Leg(payable(party_id), in_transit(payout_id), money),)
    )


def payout_confirmed(payout_id: str, account: str, money: Money) -> Entry:
    """The money has left the centre."""
    return Entry(
        f"payout:{payout_id}:sent", "payout_confirmed", payout_id, (Leg(in_transit(payout_id), account, money),)
    )


def payout_came_back(payout_id: str, account: str, money: Money) -> Entry:
    """Money that had left came back, days later perhaps."""
    return Entry(
        f"payout:{payout_id}:back", "payout_came_back", payout_id, (Leg(account, in_transit(payout_id), money),)
    )


def payout_undone(payout_id: str, party_id: str, money: Money) -> Entry:
    """What was on its way and did not arrive is owed again."""
    return Entry(
        f"payout:{payout_id}:undone",
        "payout_undone",
        payout_id,
        (Leg(in_transit(payout_id), payable(party_id), money),),
    )
