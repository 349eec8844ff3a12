"""Splits over HTTP."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from valuation.appraisal.errors import InputsFaulty, RuleSetNotInForce
from valuation.splits import commands
from valuation.splits.errors import SplitFaulty
from valuation.splits.schemas import SplitValue, SplitView


@post(
    "/v1/value-splits",
    opt=allow("valuation:appraisal:write"),
    responses=problems(
        NotFound,
        SplitFaulty,
        InputsFaulty,
        RuleSetNotInForce,
        IdempotencyKeyReused,
        ProcessingBusy,
        ProcessingTooCostly,
    ),
)
async def split_value(
    data: JSONBody[SplitValue],
    once: NamedDependency[Once],
) -> Response[SplitView]:
    """按贡献分配价值 · Split an appraised value by the Shapley value, as a document that every contributor receives."""
    return await once(commands.split, data)


ROUTES = [split_value]
