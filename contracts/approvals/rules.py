"""Pure rules of approval: how many yeses an amount needs, whose count, and what a rule may say."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from contracts.approvals.schemas import Band, Delegation, RuleBody
from kernel.errors import DomainError, FieldError
from kernel.money import Money, MoneyView
from kernel.text import Text

RULE = "LT-NEG-12"


def needed(rule: RuleBody, amount: Money | None) -> int:
    """How many others must have said yes to an amount; one in another currency than a band's is beyond that band."""
    return next(band.approvers for band in rule.bands if band.up_to is None or _within(amount, band.up_to))


def _within(amount: Money | None, limit: MoneyView) -> bool:
    if amount is None:
        return True
    most = Money.of(limit)
    return amount.currency == most.currency and amount.minor <= most.minor


def seat_of(rule: RuleBody, line: Sequence[str], amount: Money | None, at: datetime) -> str | None:
    """The person for whom a key may approve an amount: the nearest in its line whom the rule names, or None.

    `line` is the key, then what made it and what it took the place of, at every remove.
    """
    may = _may(rule, amount, at)
    named = {seat.key_id for seat in rule.approvers} | {one.to_key_id for one in rule.delegations}
    nearest = next((key for key in line if key in named), None)
    return nearest if nearest in may else None


def counted(rule: RuleBody, seats: AbstractSet[str], acting: Sequence[str], amount: Money | None, at: datetime) -> int:
    """How many persons who said yes count now: whom the rule still lets approve, without whoever acts.

    Who stands in for others counts for one of them and not beside them, so a person and its stand-in are one, and the
    stand-in of whoever acts is nobody.
    """
    named = {seat.key_id for seat in rule.approvers} | {one.to_key_id for one in rule.delegations}
    myself = next((key for key in acting if key in named), None)
    meant = {seat: _meant(rule, seat, amount, at) - {myself} for seat in sorted(seats - {myself})}
    taken: dict[str, str] = {}
    return sum(_placed(seat, meant, taken, set()) for seat in meant)


def _meant(rule: RuleBody, seat: str, amount: Money | None, at: datetime) -> set[str]:
    """Those for whom a person says yes: itself where it is named, else whoever it stands in for now."""
    if any(one.key_id == seat for one in rule.approvers):
        return {seat}
    return {
        one.from_key_id
        for one in rule.delegations
        if one.to_key_id == seat and at < one.until and _within(amount, one.limit)
    }


def _placed(seat: str, meant: Mapping[str, set[str]], taken: dict[str, str], tried: set[str]) -> bool:
    """Find somebody for whom this yes counts and no other does, others giving way where they can (Kuhn 1955)."""
    for person in sorted(meant[seat] - tried):
        tried.add(person)
        if person not in taken or _placed(taken[person], meant, taken, tried):
            taken[person] = seat
            return True
    return False


def approvers(rule: RuleBody, amount: Money | None, at: datetime) -> list[str]:
    """The names of those who may approve an amount."""
    may = _may(rule, amount, at)
    named = [(seat.key_id, seat.name) for seat in rule.approvers]
    named += [(one.to_key_id, one.name) for one in rule.delegations]
    return sorted({name for key, name in named if key in may})


def name_of(rule: RuleBody, seat: str) -> str:
    """What the rule calls a person."""
    named = {one.to_key_id: one.name for one in rule.delegations} | {one.key_id: one.name for one in rule.approvers}
    return named.get(seat, seat)


def _may(rule: RuleBody, amount: Money | None, at: datetime) -> set[str]:
    standing_in = {one.to_key_id for one in rule.delegations if at < one.until and _within(amount, one.limit)}
    return {seat.key_id for seat in rule.approvers} | standing_in


def faults(rule: RuleBody, own_keys: AbstractSet[str], at: datetime) -> list[FieldError]:
    """Everything that a rule may not say: bands out of order or without an end, foreign keys, chains of delegation."""
    return [*_band_faults(rule.bands), *_seat_faults(rule, own_keys), *_delegation_faults(rule, own_keys, at)]


def _band_faults(bands: Sequence[Band]) -> Iterator[FieldError]:
    last = len(bands) - 1
    before: Money | None = None
    for at, band in enumerate(bands):
        here = f"/rule/bands/{at}/up_to"
        if (band.up_to is None) != (at == last):
            text = Text("仅最后一档不设金额", "The last band, and only that one, has no amount")
            yield FieldError(here, text, RULE)
        elif band.up_to is not None:
            money = _money(band.up_to, here)
            if isinstance(money, Money) and before is not None and not _above(money, before):
                yield FieldError(here, Text("各档金额须同币种且递增", "Bands rise, in one currency"), RULE)
            yield from money if not isinstance(money, Money) else ()
            before = money if isinstance(money, Money) else before


def _above(money: Money, before: Money) -> bool:
    return money.currency == before.currency and money.minor > before.minor


def _money(view: MoneyView, pointer: str) -> Money | list[FieldError]:
    try:
        money = Money.of(view, pointer)
    except DomainError as problem:
        return list(problem.errors)
    if money.minor < 0:
        return [FieldError(f"{pointer}/amount", Text("金额不得为负", "An amount is not below zero"), RULE)]
    return money


def _seat_faults(rule: RuleBody, own_keys: AbstractSet[str]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for at, seat in enumerate(rule.approvers):
        if seat.key_id in seen or seat.key_id not in own_keys:
            text = Text(
                "须为本单位有效且不重复的密钥或成员", "Name a key or a member of your party that is in force, once"
            )
            yield FieldError(f"/rule/approvers/{at}/key_id", text, RULE)
        seen.add(seat.key_id)
    most = max(band.approvers for band in rule.bands)
    if len(seen) < most:
        text = Text(
            f"须 {most} 人审批的，至少列明 {most} 人；操作人不计在内",
            f"Where {most} must approve, name at least {most}; whoever acts does not count",
        )
        yield FieldError("/rule/approvers", text, RULE)


def _delegation_faults(rule: RuleBody, own_keys: AbstractSet[str], at: datetime) -> Iterator[FieldError]:
    seats = {seat.key_id for seat in rule.approvers}
    for index, one in enumerate(rule.delegations):
        here = f"/rule/delegations/{index}"
        yield from _one_delegation(one, here, seats, own_keys, at)
        money = _money(one.limit, f"{here}/limit")
        yield from money if not isinstance(money, Money) else ()


def _one_delegation(
    one: Delegation, here: str, seats: AbstractSet[str], own_keys: AbstractSet[str], at: datetime
) -> Iterator[FieldError]:
    if one.from_key_id not in seats:
        text = Text(
            "只有列明的审批人可以委托，受托人不得转委托", "Only who is named may delegate, and nobody passes it on"
        )
        yield FieldError(f"{here}/from_key_id", text, RULE)
    if one.to_key_id in seats or one.to_key_id not in own_keys:
        text = Text("受托人须为本单位其他有效密钥或成员", "Name another key or member of your party that is in force")
        yield FieldError(f"{here}/to_key_id", text, RULE)
    if one.until <= at:
        yield FieldError(f"{here}/until", Text("委托须有将来的期限", "It ends in the future"), RULE)


def same_person(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two keys may be of one person: one of them stands in the line of those that made the other."""
    return bool(one) and bool(other) and (one[0] in other or other[0] in one)
