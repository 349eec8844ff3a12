"""What can be invoiced: the money of orders and bills as it was shared out, less what was refunded since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.terms.prices import Seller
from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import SHANGHAI, day_in_china
from market.billing.models import BillLine
from market.delivery_plans.models import DeliveryPart
from market.earnings.sellers import sales, seller
from market.orders.models import Order
from market.papers.amounts.policies import VAT, Taxpayer
from market.papers.amounts.rules import Item
from market.papers.invoices.shares import NAMES, SharePaid, shares_paid
from market.pricing.lines import LineKind
from market.settlement.waterfall import TAX
from market.splits import queries as splits
from market.splits.models import Distribution, DistributionLeg, LegCredit
from market.splits.remaining import FEE_LEG, LEFT, TAX_LEG


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold and shared out: an order, a part of one, or a bill, with what refunds and credits have left.

    Or one share of it (`share`), which its holder invoices to whoever sold. `provider` is who sold it: whoever took
    the agreement over later sold nothing of that.
    """

    subject: str
    agreement: Agreement
    provider: str
    distribution: Distribution
    mode: Seller
    gross: Money
    tax: Money
    fee: Money
    share: SharePaid | None = None

    @property
    def on(self) -> date:
        """The day whose rates hold."""
        return day_in_china(self.distribution.created_at)


async def sold(session: AsyncSession, kind: str, subjects: Sequence[str]) -> dict[str, Sold]:
    """Those of the subjects whose money was shared out, or that are shares of it, by subject."""
    if kind == "share":
        return {one.id: _shared(one) for one in (await shares_paid(session, subjects)).values()}
    query = sales(select(Distribution, Agreement, seller())).where(Distribution.subject.in_(subjects))
    made = {}
    for row, agreement, provider in (await session.execute(query)).all():
        left = await _left(session, row)
        mode = (await splits.tree_of(session, agreement)).seller
        made[row.subject] = Sold(
            subject=row.subject,
            agreement=agreement,
            provider=provider,
            distribution=row,
            mode=mode,
            gross=Money(sum(left.values()), row.currency),
            tax=Money(left[TAX_LEG], row.currency),
            fee=Money(left[FEE_LEG], row.currency),
        )
    return made


def _shared(one: SharePaid) -> Sold:
    nothing = Money(0, one.left.currency)
    return Sold(one.id, one.agreement, one.payer, one.distribution, one.mode, one.left, nothing, nothing, one)


async def _left(session: AsyncSession, row: Distribution) -> dict[int, int]:
    """What is left of each share."""
    query = select(DistributionLeg.n, LEFT).where(DistributionLeg.distribution_id == row.id)
    return {n: int(minor) for n, minor in await session.execute(query)}


def rate_of(one: Sold, kind: str, taxpayer: Taxpayer) -> Decimal:
    """The rate that an amount contains: as it was booked where the centre sold, else by the standing of the seller."""
    if kind == "sale" and one.mode is Seller.PRINCIPAL:
        return Decimal(TAX.version(one.distribution.policies["tax"]["version"]).body.principal_rate)
    return Decimal(VAT.at(one.on).body.of(taxpayer))


async def items(session: AsyncSession, one: Sold, kind: str, taxpayer: Taxpayer) -> list[Item]:
    """The lines of one subject: what was sold, line by line as it was billed, and what was refunded of it since."""
    rate = rate_of(one, kind, taxpayer)
    order = await session.get_one(Order, one.agreement.order_id)
    title = Text(order.title_zh, order.title_en)
    if kind == "fee":
        name = Text(f"平台服务费（{title.zh}）", f"Platform fee ({title.en})")
        return [Item(name, one.fee, rate, one.subject, 1)]
    if one.share is not None:
        of = NAMES[one.share.leg.kind]
        return [Item(Text(f"{of.zh}（{title.zh}）", f"{of.en} ({title.en})"), one.gross, rate, one.subject, 1)]
    if one.subject.startswith("prt_"):
        part = await session.get_one(DeliveryPart, one.subject)
        title = Text(f"{title.zh}（第 {part.n} 批）", f"{title.en} (part {part.n})")
    if not one.subject.startswith("bil_"):
        made = [Item(title, Money(one.distribution.gross_minor, one.distribution.currency), rate, one.subject, 1)]
    else:
        query = select(BillLine).where(BillLine.bill_id == one.subject, BillLine.amount_minor != 0)
        lines = (await session.scalars(query.order_by(BillLine.n))).all()
        made = [_of_bill(line, title, rate, one) for line in lines]
    rest = one.gross - sum((each.gross for each in made), Money(0, one.gross.currency))
    credits_ = select(func.sum(LegCredit.amount_minor)).where(LegCredit.distribution_id == one.distribution.id)
    credited = Money(-int(await session.scalar(credits_) or 0), rest.currency)
    taken = ((Text("退款冲减", "Refunded"), rest - credited), (Text("服务水平抵减", "Service credits"), credited))
    return made + [Item(name, money, rate, one.subject) for name, money in taken if money.minor]


def _of_bill(line: BillLine, title: Text, rate: Decimal, one: Sold) -> Item:
    period = f"{_day(line.period_start)}–{_day(line.period_end)}"
    quantity: Any = line.body.get("quantity")
    what = Text("审计费用 ", "cost of the audit, ") if line.kind == LineKind.AUDIT_COST else Text("", "")
    named = Text(f"{title.zh} {what.zh}{line.component} {period}", f"{title.en} {what.en}{line.component} {period}")
    return Item(named, Money(line.amount_minor, one.gross.currency), rate, one.subject, quantity or None)


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()
