"""A party's accounts in the books, as sections of its statement, with everything that moved in a period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, Select, Subquery, Text, any_, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import Money
from kernel.time.clock import timestamp
from market.auctions.models import AuctionBidder
from market.billing.models import Bill
from market.ledger import book
from market.ledger.models import LedgerEntry, Posting
from market.orders.models import Order
from market.papers.statements.references import references
from market.papers.statements.rules import Period
from market.payments.models import Payment
from market.payouts.models import Payout
from market.withholding.models import WithheldShare

LINES_MAX: Final = 500
"""So many movements of a section are printed; all of them are counted and summed, and can be read from the ledger."""

Belongs = Callable[[Any], ColumnElement[bool]]
"""Whether a column of accounts holds one of a section's."""


async def sections(session: AsyncSession, party: str) -> Mapping[str, Belongs]:
    """The kinds of account that a party has, and which accounts are of each kind.

    The names are read first: asked for beside the postings, the database reads all of these instead of a party's.
    """
    orders = select(Order.id).where(Order.buyer == party)
    bids = select(AuctionBidder.id).where(AuctionBidder.party_id == party)
    payouts = select(Payout.id).where(Payout.party_id == party)
    withheld = select(WithheldShare.order_id).where(WithheldShare.party_id == party)
    bills = select(Bill.id).where(Bill.buyer == party)
    payments = select(Payment.id).where(Payment.payer == party)
    paid_for = union_all(orders, bids, bills, payments).subquery()
    return {
        "payable": lambda path: path == book.payable(party),
        "withheld": await _named(session, "withheld:", withheld, f":{party}"),
        "in_transit": await _named(session, "payout:", payouts),
        "clawback": lambda path: path == book.clawback(party),
        "prepaid": lambda path: path == book.prepaid(party),
        "escrow": await _named(session, "escrow:order:", orders),
        "deposit": await _named(session, "deposit:bid:", bids),
        "refunding": await _named(session, "refunding:order:", select(paid_for.c[0])),
    }


async def _named(session: AsyncSession, prefix: str, ids: Select[str], suffix: str = "") -> Belongs:
    names = literal([f"{prefix}{each}{suffix}" for each in await session.scalars(ids)], ARRAY(Text))
    return lambda path: path == any_(names)


@dataclass(frozen=True, slots=True)
class Section:
    """What one kind of account did: it began with `opening`, and `kinds` say what made it end with `closing`."""

    account: str
    opening: Money
    kinds: list[tuple[str, int, Money]]
    lines: list[dict[str, Any]]
    closing: Money

    @property
    def count(self) -> int:
        """How many movements there were."""
        return sum(count for _, count, _ in self.kinds)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.kinds and self.opening.minor == 0


async def section(session: AsyncSession, name: str, of: Belongs, currency: str, within: Period, reader: str) -> Section:
    """One section in one currency, for the party that reads it; what moves within one kind of account is left out."""
    opening = await _balance(session, of, currency, within.since)
    closing = await _balance(session, of, currency, within.until)
    rows = _moved(of, currency, within)
    by_kind = select(rows.c.kind, func.count(), func.sum(rows.c.minor)).group_by(rows.c.kind).order_by(rows.c.kind)
    kinds = [(kind, int(count), Money(int(minor), currency)) for kind, count, minor in await session.execute(by_kind)]
    found = await session.execute(select(rows).order_by(rows.c.at, rows.c.id).limit(LINES_MAX))
    lines = [_line(row, currency) for row in found]
    known = await references(session, [line["subject"] for line in lines], reader)
    for line in lines:
        if (reference := known.get(line["subject"])) is not None:
            line["reference"] = reference
    return Section(name, opening, kinds, lines, closing)


def _moved(of: Belongs, currency: str, within: Period) -> Subquery:
    """Every posting of the period that enters or leaves the section, with its sign."""
    comes, goes = of(Posting.credit), of(Posting.debit)
    fits = (Posting.currency == currency, LedgerEntry.posted_at >= within.since, LedgerEntry.posted_at < within.until)

    def side(minor: ColumnElement[int], other: ColumnElement[str], *which: ColumnElement[bool]) -> Any:
        return (
            select(
                Posting.id.label("id"),
                LedgerEntry.posted_at.label("at"),
                LedgerEntry.kind.label("kind"),
                LedgerEntry.subject.label("subject"),
                other.label("other"),
                minor.label("minor"),
            )
            .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
            .where(*which, *fits)
        )

    gained = side(Posting.amount_minor + 0, Posting.debit + "", comes, ~goes)
    return union_all(gained, side(-Posting.amount_minor, Posting.credit + "", goes, ~comes)).subquery()


async def _balance(session: AsyncSession, of: Belongs, currency: str, before: datetime) -> Money:
    """What the accounts held at a moment."""
    sums = []
    for column in (Posting.credit, Posting.debit):
        query = (
            select(func.coalesce(func.sum(Posting.amount_minor), 0))
            .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
            .where(of(column), Posting.currency == currency, LedgerEntry.posted_at < before)
        )
        sums.append(int(await session.scalar(query) or 0))
    return Money(sums[0] - sums[1], currency)


def _line(row: Any, currency: str) -> dict[str, Any]:
    return {
        "at": timestamp(row.at),
        "kind": row.kind,
        "subject": row.subject,
        "other": row.other.split(":")[0],
        "amount": Money(int(row.minor), currency).view().amount,
    }
