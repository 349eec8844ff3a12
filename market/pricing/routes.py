"""Previews of prices over HTTP; they are answered about, and none is stored."""

from typing import Final

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from contracts.terms.errors import TermsContradictory
from kernel.actor import Actor
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.jobs import desk
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.time.clock import Clock, day_in_china
from market.pricing import errors, previewing
from market.pricing.schemas import PreviewPrice, PricePreviewView

BODY_BYTES_MAX: Final = 524_288


@post(
    "/v1/price-previews",
    opt=allow("contracts:agreement:sign", "market:listing:review", "market:listing:supervise"),
    status_code=200,
    request_max_body_size=BODY_BYTES_MAX,
    responses=problems(TermsContradictory, errors.ChargeTooLarge, ProcessingBusy, ProcessingTooCostly),
)
async def preview_price(
    data: JSONBody[PreviewPrice], actor: NamedDependency[Actor], clock: NamedDependency[Clock]
) -> PricePreviewView:
    """价格试算 · What a price comes to for a given use and period, every line with its steps; nothing is stored."""
    return await desk.answer(previewing.previewed, data, day_in_china(clock.now()), party=actor.party)


ROUTES = [preview_price]
