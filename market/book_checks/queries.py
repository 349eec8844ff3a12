"""Reading checks of the books."""

from typing import Final

import msgspec
from sqlalchemy import select

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.book_checks.models import BookCheck
from market.book_checks.schemas import BookCheckView, BookReportView
from market.book_checks.states import BOOK_CHECK, OFFICES

AUDIENCE: Final = Audience("book_check", OFFICES)
"""Who may see a check: the offices only, since it names orders and payments of everybody."""


def view(row: BookCheck, actor: Actor) -> BookCheckView:
    """A check with what the actor may do about it."""
    actions = {str(each) for role in actor.roles for each in BOOK_CHECK.actions(row.status, role)}
    report = None if row.report is None else msgspec.convert(row.report, BookReportView)
    return shown(row, BookCheckView, report=report, allowed_actions=sorted(actions))


async def book_check(act: Act, check_id: str) -> BookCheckView:
    """One check; raises NotFound for anybody but the offices."""
    row = await one(act.session, BookCheck, check_id)
    AUDIENCE.require(act.actor, row.id)
    return view(row, act.actor)


async def book_checks(act: Act, limit: int, cursor: str | None) -> Page[BookCheckView]:
    """The checks that were asked for, the newest first."""
    query = select(BookCheck).where(AUDIENCE.among(act.actor))
    rows = await fetch(act.session, query, BookCheck.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act.actor))
