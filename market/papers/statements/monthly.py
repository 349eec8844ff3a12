"""The statement of a month: every section of a party's accounts, whose movements lead from opening to closing."""

from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func, select

from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.db import lock_name, one
from kernel.identity.models import Party
from kernel.money import Money
from kernel.time.clock import timestamp
from market.earnings.sellers import given_back, sales, seller
from market.papers import issuing
from market.papers.models import Paper
from market.papers.statements import accounts
from market.papers.statements.accounts import Section
from market.papers.statements.errors import NothingToState, PeriodNotOver
from market.papers.statements.rules import Period, period
from market.splits.models import Distribution, LegCredit, LegRefund

KIND = "monthly-statement"


async def drawn(act: Act, kind: str, subject: str, currency: str) -> Paper | None:
    """The paper of a kind about a subject, where there is one; whoever else draws it waits until this unit ends."""
    await lock_name(act.session, kind, subject, currency)
    query = select(Paper).where(Paper.kind == kind, Paper.subject == subject, Paper.currency == currency)
    return (await act.session.scalars(query)).first()


def require_over(act: Act, within: Period) -> None:
    """Raise PeriodNotOver while a period runs."""
    if act.at < within.until:
        raise PeriodNotOver(period=within.name, until=within.until.isoformat())


async def draw(act: Act, party_id: str, month: str, currency: str) -> Paper:
    """Draw the statement of a party's month, once; raises PeriodNotOver and NothingToState."""
    within, subject = period(month), f"{party_id}/{month}"
    require_over(act, within)
    if (made := await drawn(act, KIND, subject, currency)) is not None:
        return made
    kept = []
    for name, of in (await accounts.sections(act.session, party_id)).items():
        one_ = await accounts.section(act.session, name, of, currency, within, party_id)
        kept += [] if one_.is_empty else [one_]
    sold, _ = await settled(act, seller() == party_id, currency, within)
    bought, _ = await settled(act, Agreement.consumer == party_id, currency, within)
    if not kept and sold["count"] == bought["count"] == "0":
        raise NothingToState(period=month, currency=currency)
    party = await one(act.session, Party, party_id)
    claims = {
        "period": month,
        "since": timestamp(within.since),
        "until": timestamp(within.until),
        "party": {"party_id": party.id, "name": party.name, "uscc": party.uscc},
        "traded": {"sold": sold, "bought": bought},
        "sections": [_section(each) for each in kept],
    }
    return await issuing.issue(act, KIND, subject, claims, party=party_id, parties=(), currency=currency)


def _section(one_: Section) -> dict[str, Any]:
    return {
        "account": one_.account,
        "opening": one_.opening.view().amount,
        "kinds": [{"kind": kind, "count": str(count), "amount": money.view().amount}
                  for kind, count, money in one_.kinds],
        "closing": one_.closing.view().amount,
        "line_count": str(one_.count),
        "lines": one_.lines,
    }  # fmt: skip


async def settled(act: Act, mine: ColumnElement[bool], currency: str, within: Period) -> tuple[dict[str, str], Money]:
    """What was settled in a period: prices, tax and fee in them, and what was refunded; and prices less that.

    What service credits gave back counts as refunded: it lowers the price like any allowance (折让).
    What is counted are orders and bills: an order in parts is one in each period in which any of it was settled.
    """
    fits = (mine, Distribution.currency == currency)
    of_part = Distribution.subject.startswith("prt_")
    query = sales(
        select(
            func.count(distinct(case((of_part, Distribution.order_id), else_=Distribution.subject))),
            *(func.coalesce(func.sum(each), 0) for each in (
                Distribution.gross_minor, Distribution.tax_minor, Distribution.fee_minor)),
        )
    )  # fmt: skip
    query = query.where(*fits, Distribution.created_at >= within.since, Distribution.created_at < within.until)
    count, *minors = (await act.session.execute(query)).one()
    minors.append(0)
    for taken in (LegRefund, LegCredit):
        back = given_back(taken).where(*fits, taken.created_at >= within.since, taken.created_at < within.until)
        minors[-1] += await act.session.scalar(back) or 0
    gross, tax, fee, refunded = (Money(int(minor), currency) for minor in minors)
    named = {"gross": gross, "tax": tax, "fee": fee, "refunded": refunded}
    return {"count": str(count), **{name: money.view().amount for name, money in named.items()}}, gross - refunded
