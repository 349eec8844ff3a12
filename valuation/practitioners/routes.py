"""Practitioners over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

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
    data: JSONBody[RegisterPractitioner],
    once: NamedDependency[Once],
    session: Session,
    clock: Time,
    actor: Who,
) -> Response[PractitionerView]:
    """登记评估人员 · Register a valuer of one's firm by an API key and a signing key of the person's own."""
    return await once(lambda: commands.register(session, actor, data, clock=clock))


@get("/v1/practitioners", opt=allow(WORK), responses=problems())
async def list_practitioners(
    session: Session, actor: Who, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[PractitionerView]:
    """本机构评估人员 · The valuers of one's firm."""
    return await queries.practitioners(session, actor, limit, cursor)


@post(
    "/v1/practitioners/{practitioner_id:str}/interests",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound, errors.PractitionerUnknown, errors.PractitionerFaulty),
)
async def declare_interests(
    practitioner_id: FromPath[str], data: JSONBody[DeclareInterests], session: Session, clock: Time, actor: Who
) -> PractitionerView:
    """申报利害关系 · Declare, as the person oneself, the parties in which one has an interest."""
    return await commands.declare(session, actor, practitioner_id, data, clock=clock)


@post(
    "/v1/practitioners/{practitioner_id:str}/end",
    opt=allow(WORK),
    status_code=200,
    responses=problems(NotFound),
)
async def end_practice(practitioner_id: FromPath[str], session: Session, clock: Time, actor: Who) -> PractitionerView:
    """终止执业 · End a person's practice at one's firm."""
    return await commands.end(session, actor, practitioner_id, clock=clock)


ROUTES = [register_practitioner, list_practitioners, declare_interests, end_practice]
