"""Reading closings and corrections, and the digest of the books at the end of a day."""

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.states import Machine
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.closing.figures import Figure, compared
from market.closing.models import LedgerCorrection, MonthClosing
from market.closing.schemas import CorrectionLeg, FigureView, LedgerCorrectionView, MonthClosingView
from market.closing.states import CLOSING, CORRECTION, SHUT
from market.ledger.models import LedgerEntry
from market.ledger.queries import Period, movements


async def digest(session: AsyncSession, until: date) -> str:
    """The digest of all balances at the end of a day: SHA-256 over one line for each account that is not empty.

    A line is the path, the currency and the minor units with a tab between, and ends with a line feed; lines are in the
    order of their bytes.
    """
    rows = await session.execute(movements(Period(until=until)))
    lines = sorted(f"{row[0]}\t{row[1]}\t{int(row[2])}\n" for row in rows if row[2])
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


async def extent(session: AsyncSession, until: date) -> tuple[int, str | None]:
    """How many entries count for days up to one, and the last of them."""
    query = select(func.count(), func.max(LedgerEntry.id)).where(Period(until=until).has())
    count, last = (await session.execute(query)).one()
    return int(count), last


async def last_shut(session: AsyncSession) -> date | None:
    """The last month that is closed."""
    return await session.scalar(select(func.max(MonthClosing.month)).where(MonthClosing.status.in_(SHUT)))


def closing_view(row: MonthClosing, actor: Actor) -> MonthClosingView:
    """A closing with what the actor may do about it."""
    figures = [FigureView(**each) for each in row.figures]
    return shown(row, MonthClosingView, figures=figures, allowed_actions=_actions(CLOSING, row.status, actor))


def _actions(machine: Machine, status: object, actor: Actor) -> list[str]:  # type: ignore[type-arg]
    return sorted({str(action) for role in actor.roles for action in machine.actions(status, role)})


def figure_views(found: Sequence[Figure]) -> list[FigureView]:
    """Figures as they are kept and shown."""
    return [
        FigureView(
            name=each.name,
            subject=each.subject,
            amount=None if each.money is None else each.money.view(),
            fault=None if each.fault is None else f"{each.fault.zh} · {each.fault.en}",
        )
        for each in found
    ]


async def months(act: Act, limit: int, cursor: str | None) -> Page[MonthClosingView]:
    """The closings, the newest month first."""
    query = select(MonthClosing)
    keys = (MonthClosing.month, MonthClosing.n)
    rows = await fetch(act.session, query, *keys, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: closing_view(row, act.actor))


async def month(act: Act, closing_id: str) -> MonthClosingView:
    """One closing; raises NotFound."""
    return closing_view(await one(act.session, MonthClosing, closing_id), act.actor)


async def figures(act: Act, closing_id: str) -> list[FigureView]:
    """What would be compared, and does or does not agree, if a month were closed now; raises NotFound."""
    row = await one(act.session, MonthClosing, closing_id)
    return figure_views(await compared(act, row.month))


def correction_view(row: LedgerCorrection, actor: Actor) -> LedgerCorrectionView:
    """A correction with what the actor may do about it."""
    legs = [
        CorrectionLeg(leg["debit"], leg["credit"], Money(int(leg["amount_minor"]), leg["currency"]).view())
        for leg in row.legs
    ]
    return shown(row, LedgerCorrectionView, legs=legs, allowed_actions=_actions(CORRECTION, row.status, actor))


async def corrections(act: Act, limit: int, cursor: str | None) -> Page[LedgerCorrectionView]:
    """The corrections, the newest first."""
    query = select(LedgerCorrection)
    rows = await fetch(act.session, query, LedgerCorrection.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: correction_view(row, act.actor))


async def correction(act: Act, correction_id: str) -> LedgerCorrectionView:
    """One correction; raises NotFound."""
    return correction_view(await one(act.session, LedgerCorrection, correction_id), act.actor)
