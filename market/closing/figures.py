"""What is compared before a month is closed, each with its figure; whatever does not agree is told at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import end_of_day_in_china
from kernel.time.workdays import working_days_between
from market.banking import truth
from market.banking.models import BankAccount
from market.banking.queries import last_statement
from market.closing.rules import POLICY, last_of
from market.ledger import queries as books
from market.ledger.book import VAT, Source, bank
from market.ledger.models import Account, LedgerEntry, Posting
from market.ledger.queries import Period, movements
from market.papers.vat import OutputVat, output_vat, taxed_currencies
from market.stripe_balance import queries as stripe

SUBJECTS_MAX: Final = 100
"""How many faults of one kind are named."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was compared: an account, a bank account, or all of a kind; `fault` says what does not agree."""

    name: str
    subject: str
    money: Money | None = None
    fault: Text | None = None


async def compared(act: Act, month: date) -> list[Figure]:
    """Every figure of a month, faulty or not."""
    return [figure for compare in COMPARISONS for figure in await compare(act, month)]


async def _trial(act: Act, month: date) -> list[Figure]:
    found = []
    for row in await books.trial_balance(act.session, last_of(month)):
        off = Money(row.difference_minor, row.currency)
        fault = Text(f"试算不平衡，差 {off}", f"The trial balance is off by {off}") if off.minor else None
        found.append(Figure("trial-balance", row.currency, Money(row.credits_minor, row.currency), fault))
    return found


async def _overdrawn(act: Act, month: date) -> list[Figure]:
    sums = movements(Period(until=last_of(month))).subquery()
    path, currency, total = sums.c
    query = select(path, currency, total).join(Account, Account.path == path)
    rows = await act.session.execute(query.where(total < 0, ~Account.may_overdraw).order_by(path).limit(SUBJECTS_MAX))
    fault = Text("账户余额为负", "The account is below zero")
    return [Figure("overdrawn", row[0], Money(int(row[2]), row[1]), fault) for row in rows]


async def _suspense(act: Act, month: date) -> list[Figure]:
    days = POLICY.at(act.today).body.suspense_days
    why = Text(f"待查款超过 {days} 天仍未查明", f"Nobody has found out for {days} days whose money it is")
    return await _aged(act.session, "suspense", last_of(month), days, why)


async def _transit(act: Act, month: date) -> list[Figure]:
    days = POLICY.at(act.today).body.transit_days
    why = Text(f"付款在途超过 {days} 天", f"The payout has been on its way for more than {days} days")
    return await _aged(act.session, "payout", last_of(month), days, why)


async def _aged(session: AsyncSession, kind: str, on: date, days: int, why: Text) -> list[Figure]:
    """What accounts of a kind held at the end of a day, by currency; each that holds it still and is too old."""
    at_the_end = movements(Period(until=on)).subquery()
    path, currency, total = at_the_end.c
    of_kind = path.startswith(f"{kind}:", autoescape=True)
    sums = await session.execute(select(currency, func.sum(total)).where(of_kind).group_by(currency).order_by(currency))
    found = [Figure(kind, each, Money(int(minor), each)) for each, minor in sums]
    path, currency, total = movements().subquery().c
    since = (
        select(func.min(LedgerEntry.booked_on))
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(Posting.credit == path)
        .scalar_subquery()
    )
    old = select(path, currency, total).where(path.startswith(f"{kind}:", autoescape=True), total != 0)
    rows = await session.execute(old.where(since < on - timedelta(days=days)).order_by(path).limit(SUBJECTS_MAX))
    return found + [Figure(kind, row[0], Money(int(row[2]), row[1]), why) for row in rows]


async def _banks(act: Act, month: date) -> list[Figure]:
    """Each bank account has a statement to the end of the month, and holds in the books what its last one says."""
    found = []
    for account in (await act.session.scalars(select(BankAccount).order_by(BankAccount.id))).all():
        booked = -(await books.balance(act.session, bank(account.id), account.currency)).minor
        last = await last_statement(act.session, account.id)
        fault = None
        if last is None or working_days_between(last.closes_on, last_of(month)):
            until = last.closes_on if last else "—"
            fault = Text(f"对账单只到 {until}，未及月末", f"Its statements end on {until}, before the month does")
        found.append(Figure("bank", account.id, Money(account.opening_minor + booked, account.currency), fault))
    differ = await truth.differences(act.session)
    return found + [Figure("bank", subject, None, why) for subject, why in differ[:SUBJECTS_MAX]]


async def _stripe(act: Act, month: date) -> list[Figure]:
    """The balance at Stripe was read after the month, and the books agree with it."""
    path = Source.STRIPE.value
    sums = movements(Period(until=last_of(month))).subquery()
    rows = await act.session.execute(select(sums.c.currency, sums.c[2]).where(sums.c.path == path))
    booked = [Money(-int(minor), currency) for currency, minor in rows]
    last = await stripe.last_reading(act.session)
    fault = None
    if (last is None and booked) or (last is not None and last.read_at < end_of_day_in_china(last_of(month))):
        fault = Text("月末后尚未核对渠道余额", "The balance at Stripe was not read since the month ended")
    found = [Figure("stripe", path, money, fault) for money in booked]
    return found + [Figure("stripe", subject, None, why) for subject, why in await stripe.differences(act.session)]


async def _vat(act: Act, month: date) -> list[Figure]:
    """What the books owe as output tax is what the papers say: invoices less credit notes, and sales not invoiced."""
    found = []
    for currency in await taxed_currencies(act.session):
        booked = await books.gathered(act.session, VAT, currency, last_of(month))
        papers = await output_vat(act.session, currency, end_of_day_in_china(last_of(month)))
        fault = None if booked == papers.total else _vat_fault(booked, papers)
        found.append(Figure("vat", VAT, booked, fault))
    return found


def _vat_fault(booked: Money, papers: OutputVat) -> Text:
    return Text(
        f"销项税账簿记 {booked}，票据计 {papers.total}（已开票 {papers.invoiced}，红冲 {papers.credited}，"
        f"未开票 {papers.uninvoiced}）",
        f"The books owe {booked} of output tax; by the papers it is {papers.total} ({papers.invoiced} invoiced,"
        f" {papers.credited} credited, {papers.uninvoiced} not invoiced)",
    )


COMPARISONS: Final[list[Callable[[Act, date], Awaitable[list[Figure]]]]] = [
    _trial,
    _overdrawn,
    _suspense,
    _transit,
    _banks,
    _stripe,
    _vat,
]
"""What is compared, in this order; a slice above adds what only it knows."""
