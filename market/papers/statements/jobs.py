"""Statements that are drawn by themselves: each party's month, once it is over."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Text, literal_column, select, text

from kernel.act import Act
from kernel.jobs.batches import each
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from market.papers.statements import monthly
from market.papers.statements.rules import month_before, period

_MOVED: Final = """
    SELECT DISTINCT owner || '/' || currency AS id, owner || '/' || :month AS subject, currency FROM (
      SELECT CASE WHEN path LIKE 'escrow:order:%' THEN o.buyer ELSE split_part(path, ':', 3) END AS owner, m.currency
      FROM (SELECT unnest(ARRAY[p.debit, p.credit]) AS path, p.currency FROM posting p
            JOIN ledger_entry e ON e.id = p.entry_id WHERE e.posted_at >= :since AND e.posted_at < :until) m
      LEFT JOIN "order" o ON m.path LIKE 'escrow:order:%' AND o.id = split_part(m.path, ':', 3)
      WHERE m.path LIKE ANY (ARRAY['payable:party:%', 'prepaid:party:%', 'clawback:party:%', 'withheld:%',
                                   'escrow:order:%'])
    ) moved WHERE owner IS NOT NULL
"""
"""Whose accounts moved in a month, by currency; the owner is the third part of every other path."""


@sweep("market.papers.months", timedelta(minutes=10))
async def months(runtime: Runtime) -> None:
    """Draw the statements of the month that is over, for everybody whose accounts moved in it."""
    month = month_before(day_in_china(runtime.clock.now()))
    within = period(month)
    moved = text(_MOVED).bindparams(month=month, since=within.since, until=within.until).columns(
        literal_column("id", Text), literal_column("subject", Text), literal_column("currency", Text)
    ).subquery("moved")  # fmt: skip
    there = text(
        "NOT EXISTS (SELECT FROM paper WHERE paper.kind = 'monthly-statement' AND paper.subject = moved.subject"
        " AND paper.currency = moved.currency)"
    )

    async def draw(act: Act, owner: str) -> None:
        party, currency = owner.split("/")
        await monthly.draw(act, party, month, currency)

    await each(runtime, select(moved.c.id).where(there).order_by(moved.c.id), draw)
