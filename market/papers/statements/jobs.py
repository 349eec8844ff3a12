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
      SELECT currency, CASE kind
        WHEN 'escrow' THEN (SELECT buyer FROM "order" WHERE id = name)
        WHEN 'deposit' THEN (SELECT party_id FROM auction_bidder WHERE id = name)
        WHEN 'payout' THEN (SELECT party_id FROM payout WHERE id = name)
        WHEN 'refunding' THEN COALESCE(
          (SELECT buyer FROM "order" WHERE id = name), (SELECT party_id FROM auction_bidder WHERE id = name),
          (SELECT buyer FROM bill WHERE id = name), (SELECT payer FROM payment WHERE id = name))
        ELSE name END AS owner
      FROM (SELECT path, currency, split_part(path, ':', 1) AS kind,
                   split_part(path, ':', CASE WHEN path LIKE 'payout:%' THEN 2 ELSE 3 END) AS name
            FROM (SELECT DISTINCT unnest(ARRAY[p.debit, p.credit]) AS path, p.currency FROM posting p
                  JOIN ledger_entry e ON e.id = p.entry_id WHERE e.posted_at >= :since AND e.posted_at < :until) paths
           ) m
      WHERE kind IN ('payable', 'prepaid', 'clawback', 'withheld', 'payout', 'escrow', 'deposit', 'refunding')
    ) moved WHERE owner IS NOT NULL
"""
"""Whose accounts moved in a month, by currency: the owners of what `accounts.sections` lists."""


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
