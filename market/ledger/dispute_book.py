"""Entries of card disputes, as pure templates: what a gateway takes back, gives back, and who bears it at last."""

from collections.abc import Sequence

from kernel.money import Money
from market.ledger.book import COSTS, Entry, Leg, Part, Source, disputed

_STRIPE = Source.STRIPE.value


def withdrawn(dispute_id: str, subject_id: str, money: Money, fee: Money) -> Entry:
    """The gateway has taken the disputed amount, and a fee of its own."""
    legs = ((disputed(dispute_id), money), (COSTS, fee))
    taken = tuple(Leg(account, _STRIPE, part) for account, part in legs if part.minor)
    return Entry(f"dispute:{dispute_id}:withdrawn", "dispute_withdrawn", subject_id, taken)


def reinstated(dispute_id: str, subject_id: str, money: Money, fee: Money) -> Entry:
    """The gateway has given the disputed amount back, and perhaps its fee."""
    legs = ((disputed(dispute_id), money), (COSTS, fee))
    given = tuple(Leg(_STRIPE, account, part) for account, part in legs if part.minor)
    return Entry(f"dispute:{dispute_id}:reinstated", "dispute_reinstated", subject_id, given)


def lost(dispute_id: str, subject_id: str, parts: Sequence[Part]) -> Entry:
    """The buyer has its money for good: those that had it give it."""
    legs = tuple(Leg(part.account, disputed(dispute_id), part.money) for part in parts if part.money.minor)
    return Entry(f"dispute:{dispute_id}:lost", "dispute_lost", subject_id, legs)
