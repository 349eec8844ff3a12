"""The tax summary of a quarter or a year: what was sold, invoiced, credited and paid as fees, and what is reported.

A platform reports what its sellers earned, net of refunds, and how many orders there were, by quarter
(互联网平台企业涉税信息报送规定, 国务院令第810号).
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, select

from kernel.act import Act
from kernel.money import Money
from kernel.time.clock import timestamp
from market.earnings.sellers import seller
from market.papers import issuing
from market.papers.credits.models import CreditNote
from market.papers.credits.states import CreditState
from market.papers.invoices.models import Invoice
from market.papers.invoices.queries import totals_of
from market.papers.invoices.states import STANDING
from market.papers.models import Paper
from market.papers.statements.errors import NothingToState
from market.papers.statements.monthly import drawn, require_over, settled
from market.papers.statements.rules import Period, period
from market.papers.statements.single import party

KIND = "tax-summary"
FIGURES = ("sold", "sold_credited", "bought", "bought_credited")


async def draw(act: Act, party_id: str, name: str, currency: str) -> Paper:
    """Draw a party's tax summary, once; raises PeriodNotOver and NothingToState."""
    within, subject = period(name), f"{party_id}/{name}"
    require_over(act, within)
    if (made := await drawn(act, KIND, subject, currency)) is not None:
        return made
    sold, net = await settled(act, seller() == party_id, currency, within)
    papers = await _papers(act, party_id, currency, within)
    if sold["count"] == "0" and not any(papers.values()):
        raise NothingToState(period=name, currency=currency)
    claims = {
        "period": name,
        "since": timestamp(within.since),
        "until": timestamp(within.until),
        "party": await party(act, party_id),
        "settled": sold,
        "reported": {"income": net.view().amount, "orders": sold["count"]},
        "papers": papers,
    }
    return await issuing.issue(act, KIND, subject, claims, party=party_id, parties=(), currency=currency)


async def _papers(act: Act, party_id: str, currency: str, within: Period) -> dict[str, list[dict[str, Any]]]:
    """Invoices and credit notes of the period by rate, as seller and as buyer, in the order of FIGURES."""
    found = {}
    for name, mine in (("sold", Invoice.seller), ("bought", Invoice.buyer)):
        invoices = select(Invoice).where(
            mine == party_id,
            Invoice.currency == currency,
            Invoice.status.in_(STANDING),
            *_in(Invoice.issued_at, within),
        )
        notes = (
            select(CreditNote)
            .join(Invoice, Invoice.id == CreditNote.invoice_id)
            .where(
                mine == party_id,
                CreditNote.currency == currency,
                CreditNote.status != CreditState.VOID,
                *_in(CreditNote.issued_at, within),
            )
        )
        found[name] = await _by_rate(act, invoices, currency)
        found[f"{name}_credited"] = await _by_rate(act, notes, currency)
    return found


def _in(column: Any, within: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= within.since, column < within.until


async def _by_rate(act: Act, query: Any, currency: str) -> list[dict[str, Any]]:
    """How many papers there were, and their net amounts and tax by rate."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    async for row in await act.session.stream_scalars(query.execution_options(yield_per=500)):
        for each in totals_of(row):
            of_rate = sums[str(each.rate)]
            of_rate[0] += 1
            of_rate[1] += each.net.minor
            of_rate[2] += each.tax.minor
    return [
        {
            "rate": rate,
            "count": str(count),
            "net": Money(net, currency).view().amount,
            "tax": Money(tax, currency).view().amount,
        }
        for rate, (count, net, tax) in sorted(sums.items())
    ]
