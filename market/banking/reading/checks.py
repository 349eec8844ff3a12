"""The arithmetic that no schema makes: balances, totals, serial numbers (money is whole minor units)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kernel.money import Money
from market.banking.reading.errors import SerialRepeated, StatementUnbalanced
from market.banking.reading.facts import EntryFacts, StatementFacts


def balanced(facts: StatementFacts) -> StatementFacts:
    """The statement whose entries lead from its opening to its closing balance; raises StatementUnbalanced.

    A reversal bears its own sign by the standard. Banks that repeat the sign of what is reversed are met too, where
    the balances leave no doubt that they do.
    """
    if _moved(facts.entries) == facts.closing_minor - facts.opening_minor:
        return facts
    turned = tuple(replace(each, credit=each.credit != each.reversal) for each in facts.entries)
    if _moved(turned) == facts.closing_minor - facts.opening_minor:
        return replace(facts, entries=turned)
    raise unbalanced(facts.number, facts.opening_minor, _moved(facts.entries), facts.closing_minor, facts.currency)


def unbalanced(place: str, opening: int, moved: int, closing: int, currency: str) -> StatementUnbalanced:
    """Say by how much it does not add up; the caller raises it."""
    return StatementUnbalanced(
        place=place,
        opening=str(Money(opening, currency)),
        moved=str(Money(moved, currency)),
        expected=str(Money(opening + moved, currency)),
        closing=str(Money(closing, currency)),
        difference=str(Money(closing - opening - moved, currency)),
    )


def serials(entries: Sequence[EntryFacts]) -> None:
    """Raise SerialRepeated where two rows bear one serial number."""
    counts = Counter(each.bank_reference for each in entries if each.bank_reference is not None)
    repeated = next((serial for serial, times in counts.items() if times > 1), None)
    if repeated is not None:
        raise SerialRepeated(serial=repeated)


def _moved(entries: Sequence[EntryFacts]) -> int:
    return sum(each.signed for each in entries)
