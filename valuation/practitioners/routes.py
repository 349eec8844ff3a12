"""Practitioners over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.time.clock import Clock
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from valuation.practitioners import commands, errors, queries
from valuation.practitioners.schemas import DeclareInterests, PractitionerView, RegisterPractitioner

Session = NamedDependency[AsyncSession]
Time = NamedDependency[Clock]
Who = NamedDependency[Actor]
WORK = "valuation:appraisal:write"


@post(
    "/v1/practitioners",
    opt=allow(WORK),
    responses=problems(errors.PractitionerFaulty, errors.PractitionerTaken, IdempotencyKeyReused),
)
async def register_practitioner(
    data: JSONBody[RegisterPractitioner], once: NamedDependency[Once]
) -> Response[PractitionerView]:
    """登记评估人员 · Register a valuer of one's firm by an API key and a signing key of the person's own."""
    return await once(commands.register, data)


@get("/v1/practitioners", opt=allow(WORK), responses=problems())
async def list_practitioners(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[PractitionerView]:
    """本机构评估人员 · The valuers of one's firm."""
    return await queries.practitioners(act, limit, cursor)


@post(
    "/v1/practitioners/{practitioner_id:str}/interests",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound, errors.PractitionerUnknown, errors.PractitionerFaulty),
)
async def declare_interests(
    practitioner_id: FromPath[str], data: JSONBody[DeclareInterests], act: NamedDependency[Act]
) -> PractitionerView:
    """申报利害关系 · Declare, as the person oneself, the parties in which one has an interest."""
    return await commands.declare(act, practitioner_id, data)


@post(
    "/v1/practitioners/{practitioner_id:str}/end",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound),
)
async def end_practice(practitioner_id: FromPath[str], act: NamedDependency[Act]) -> PractitionerView:
    """终止执业 · End a person's practice at one's firm."""
    return await commands.end(act, practitioner_id)


ROUTES = [register_practitioner, list_practitioners, declare_interests, end_practice]
