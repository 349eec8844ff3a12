"""Drawing statements over HTTP; they are read among the papers."""

from collections.abc import Awaitable, Callable
from typing import Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.audience import own_party
from market.papers.models import Paper
from market.papers.queries import view
from market.papers.schemas import IssuedPaperView
from market.papers.statements import errors, monthly, single, taxes
from market.papers.statements.schemas import DrawMonth, DrawTaxSummary

READS: Final = allow("market:settlement:read")
BILLS: Final = allow("market:order:read", "market:ledger:read")
PERIODS: Final = (NotFound, errors.PeriodNotOver, errors.NothingToState, IdempotencyKeyReused)


@post("/v1/monthly-statements", opt=READS, responses=problems(*PERIODS))
async def draw_monthly_statement(data: JSONBody[DrawMonth], once: NamedDependency[Once]) -> Response[IssuedPaperView]:
    """出具月度对账单 · The statement of a month of the caller's party; one that was drawn already is given again."""

    async def drawn(act: Act) -> IssuedPaperView:
        return view(await monthly.draw(act, own_party(act.actor), data.month, data.currency))

    return await once(drawn)


@post("/v1/tax-summaries", opt=READS, responses=problems(*PERIODS))
async def draw_tax_summary(data: JSONBody[DrawTaxSummary], once: NamedDependency[Once]) -> Response[IssuedPaperView]:
    """出具税务汇总 · The tax summary of a quarter or a year of the caller's party."""

    async def drawn(act: Act) -> IssuedPaperView:
        return view(await taxes.draw(act, own_party(act.actor), data.period, data.currency))

    return await once(drawn)


@post("/v1/bills/{bill_id:str}/statement", opt=BILLS, responses=problems(NotFound, IdempotencyKeyReused))
async def draw_bill_statement(bill_id: FromPath[str], once: NamedDependency[Once]) -> Response[IssuedPaperView]:
    """出具账单明细 · The signed statement of a bill, with every line and what it was computed from."""
    return await once(_shown(single.of_bill), ids.require("bil", bill_id))


@post(
    "/v1/payouts/{payout_id:str}/advice-paper",
    opt=READS,
    responses=problems(NotFound, errors.PayoutNotSent, IdempotencyKeyReused),
)
async def draw_payout_advice(payout_id: FromPath[str], once: NamedDependency[Once]) -> Response[IssuedPaperView]:
    """出具付款通知 · The signed advice of a payout that has left, with what it pays."""
    return await once(_shown(single.of_payout), ids.require("pyt", payout_id))


def _shown(work: Callable[[Act, str], Awaitable[Paper]]) -> Callable[[Act, str], Awaitable[IssuedPaperView]]:
    async def made(act: Act, subject: str) -> IssuedPaperView:
        return view(await work(act, subject))

    return made


ROUTES = [draw_monthly_statement, draw_tax_summary, draw_bill_statement, draw_payout_advice]
