"""Corrections: proposed by one officer, booked by another, in a month that is open, naming what they put right."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import FieldError, InvalidInput
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from market.closing import queries
from market.closing.commands import shut
from market.closing.errors import CorrectedAlready, DayToCome, NotToBeCorrected, SecondPersonNeeded
from market.closing.models import LedgerCorrection
from market.closing.rules import POLICY, of_others
from market.closing.schemas import CorrectionLeg, LedgerCorrectionView, ProposeCorrection
from market.closing.states import CORRECTION, CorrectionAction, CorrectionState
from market.ledger import book
from market.ledger import commands as ledger
from market.ledger.book import Leg
from market.ledger.errors import MonthClosed
from market.ledger.models import LedgerEntry
from market.ledger.queries import with_postings


async def propose(act: Act, data: ProposeCorrection) -> LedgerCorrectionView:
    """Ask that an entry be put right on a day of an open month, today if none is named.

    Raises NotFound, InvalidInput with every faulty posting, NotToBeCorrected, MonthClosed, DayToCome, CorrectedAlready.
    """
    entry = await one(act.session, LedgerEntry, ids.require("lgr", data.entry_id))
    placed = _legs(data.legs)
    touched = [path for leg in (*await _taken(act, entry), *placed) for path in (leg.debit, leg.credit)]
    if others := of_others(touched):
        raise NotToBeCorrected(accounts=others)
    day = data.booked_on or act.today
    if day > act.today:
        raise DayToCome(day=str(day), today=str(act.today))
    if await shut(act, day):
        raise MonthClosed(day=str(day))
    standing = select(LedgerCorrection.id).where(
        LedgerCorrection.entry_id == entry.id,
        LedgerCorrection.status.in_((CorrectionState.PROPOSED, CorrectionState.BOOKED)),
    )
    if (other := await act.session.scalar(standing)) is not None:
        raise CorrectedAlready(entry=entry.id, correction=other)
    row = LedgerCorrection(
        id=ids.new("lco"),
        entry_id=entry.id,
        booked_on=day,
        reason=data.reason,
        legs=[ledger.facts(leg) for leg in placed],
        proposed_by=act.actor.hand or "",
        proposed_by_line=list(await line_of(act.session, act.actor.hand)),
        due_at=act.at + timedelta(days=POLICY.at(act.today).body.second_person_days),
        created_at=act.at,
    )
    await lifecycle.begin(act, row, CORRECTION, entry=entry.id, booked_on=str(day), reason=data.reason, legs=row.legs)
    return queries.correction_view(row, act.actor)


def _legs(legs: Sequence[CorrectionLeg]) -> list[Leg]:
    """What is booked in its place; raises InvalidInput with every fault."""
    made: list[Leg] = []
    faults: list[FieldError] = []
    for n, leg in enumerate(legs):
        at = f"/legs/{n}"
        try:
            money = Money.of(leg.amount, f"{at}/amount")
        except InvalidInput as problem:
            faults += problem.errors
            continue
        if money.minor <= 0:
            faults.append(FieldError(f"{at}/amount", Text("金额应大于零", "Give an amount above zero")))
        elif leg.debit == leg.credit:
            faults.append(FieldError(f"{at}/credit", Text("转入与转出账户相同", "It leaves and enters one account")))
        elif uncharted := [name for name in ("debit", "credit") if not book.is_charted(getattr(leg, name))]:
            no_account = Text("会计科目表中没有该账户", "There is no such account in the chart")
            faults += [FieldError(f"{at}/{name}", no_account) for name in uncharted]
        else:
            made.append(Leg(leg.debit, leg.credit, money))
    if faults:
        raise InvalidInput(errors=faults)
    return made


async def _taken(act: Act, entry: LedgerEntry) -> list[Leg]:
    (booked,) = await with_postings(act.session, [entry])
    return [Leg(row.debit, row.credit, Money(row.amount_minor, row.currency)) for row in booked.postings]


async def approve(act: Act, correction_id: str) -> LedgerCorrectionView:
    """Another officer books it; raises SecondPersonNeeded, and MonthClosed where the month was closed meanwhile."""
    row = await locked(act.session, LedgerCorrection, correction_id)
    CORRECTION.next(row.status, CorrectionAction.APPROVE, Role.CLEARING)
    if same_person(list(await line_of(act.session, act.actor.hand)), row.proposed_by_line):
        raise SecondPersonNeeded(asked=row.proposed_by)
    entry = await one(act.session, LedgerEntry, row.entry_id)
    placed = [Leg(leg["debit"], leg["credit"], Money(int(leg["amount_minor"]), leg["currency"])) for leg in row.legs]
    made = book.corrected(row.id, entry.id, await _taken(act, entry), placed)
    posted = await ledger.post(act, made, booked_on=row.booked_on, corrects=entry.id)
    row.booked_entry_id, row.decided_by, row.due_at = posted.id, act.actor.hand, None
    await lifecycle.advance(act, row, CORRECTION, CorrectionAction.APPROVE, Role.CLEARING, booked=posted.id)
    return queries.correction_view(row, act.actor)


async def refuse(act: Act, correction_id: str) -> LedgerCorrectionView:
    """An officer says no, or whoever proposed it takes it back."""
    row = await locked(act.session, LedgerCorrection, correction_id)
    await _end(act, row, CorrectionAction.REFUSE, Role.CLEARING)
    return queries.correction_view(row, act.actor)


async def fall_due(act: Act, correction_id: str) -> None:
    """What nobody else has approved in time lapses."""
    row = await locked(act.session, LedgerCorrection, correction_id)
    if row.due_at is not None and row.due_at <= act.at:
        await _end(act.by(SYSTEM), row, CorrectionAction.LAPSE, Role.SYSTEM)


async def _end(act: Act, row: LedgerCorrection, action: CorrectionAction, role: Role) -> None:
    row.due_at = None
    await lifecycle.advance(act, row, CORRECTION, action, role, entry=row.entry_id)
