"""Entries between the books and the balance at Stripe, as pure templates: fees, conversions, reserves, the way out."""

from kernel.money import Money
from market.ledger.book import COSTS, STRIPE_RESERVE, Entry, Leg, Source, bank, exchange, suspense, transit

_STRIPE = Source.STRIPE.value


def moved(account: str, money: Money) -> Leg:
    """The balance at Stripe grows by an amount out of an account, or falls into it where the amount is below zero."""
    if money.minor > 0:
        return Leg(_STRIPE, account, money)
    return Leg(account, _STRIPE, Money(-money.minor, money.currency))


def charged(transaction_id: str, fee: Money) -> Entry:
    """Stripe has taken a fee of its own, or given one back where it is below zero: the centre's cost."""
    leg = moved(COSTS, Money(-fee.minor, fee.currency))
    return Entry(f"stripe:{transaction_id}:fee", "stripe_charged", transaction_id, (leg,))


def converted(transaction_id: str, booked: Money, settled: Money) -> Entry:
    """What was booked in the payer's currency stands on the balance in another, by Stripe's rate."""
    path = exchange(booked.currency, settled.currency)
    legs = (moved(path, Money(-booked.minor, booked.currency)), moved(path, settled))
    return Entry(f"stripe:{transaction_id}:converted", "stripe_converted", transaction_id, legs)


def reserved(transaction_id: str, net: Money) -> Entry:
    """Stripe keeps a part of the balance in reserve, or gives it back: it is the centre's all the same."""
    leg = moved(STRIPE_RESERVE, net)
    return Entry(f"stripe:{transaction_id}:reserved", "stripe_reserved", transaction_id, (leg,))


def left(transaction_id: str, money: Money) -> Entry:
    """Money is on its way from Stripe to the centre's bank: the amount is below zero, as Stripe writes it."""
    leg = moved(transit(transaction_id), money)
    return Entry(f"stripe:{transaction_id}:left", "stripe_left", transaction_id, (leg,))


def came_back(failure_id: str, transaction_id: str, money: Money) -> Entry:
    """Money that was on its way to the bank is on the balance again."""
    leg = moved(transit(transaction_id), money)
    return Entry(f"stripe:{failure_id}:back", "stripe_came_back", transaction_id, (leg,))


def arrived(transaction_id: str, entry_id: str, account_id: str, money: Money) -> Entry:
    """A line of the bank's statement shows it."""
    leg = Leg(bank(account_id), transit(transaction_id), money)
    return Entry(f"bank:{entry_id}:from-stripe", "stripe_arrived", transaction_id, (leg,))


def arrived_before(transaction_id: str, entry_id: str, money: Money) -> Entry:
    """The bank's line had come first and its money was waiting in suspense."""
    leg = Leg(suspense(entry_id), transit(transaction_id), money)
    return Entry(f"bank:{entry_id}:from-stripe", "stripe_arrived", transaction_id, (leg,))


def explained(transaction_id: str, net: Money) -> Entry:
    """Nothing explains what moved but the officer's word: the centre bears it, or has it."""
    leg = moved(COSTS, net)
    return Entry(f"stripe:{transaction_id}:explained", "stripe_explained", transaction_id, (leg,))
