"""What the centre says of itself: its rules, its problems, its health."""

import asyncio
import hmac
from typing import Any, Final

import msgspec
from asyncpg.exceptions import InterfaceError, PostgresError
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from prometheus_client import generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kernel.errors import NotFound, Unauthenticated, Unavailable, catalogue
from kernel.http.edge import REGISTRY
from kernel.http.guards import public
from kernel.http.problems import lang_of
from kernel.rules import rulebook
from kernel.rules.bases import basis_text
from kernel.rules.policy import Confidence, PolicyRef
from kernel.rules.rulebook import Rule
from kernel.runtime import Runtime
from kernel.text import Text
from kernel.time.clock import Clock, day_in_china
from kernel.views.projection import shown

READY_SECONDS: Final = 3


class RuleView(msgspec.Struct, frozen=True):
    """A rule as it is published, with what it rests on in both languages."""

    id: str
    zh: str
    en: str
    basis: str
    basis_text: Text
    confidence: Confidence


def rule_view(rule: Rule) -> RuleView:
    """A rule for the wire."""
    return shown(rule, RuleView, basis_text=basis_text(rule.basis))


class RulebookView(msgspec.Struct, frozen=True):
    """The rulebook of today."""

    sources: list[PolicyRef]
    rules: list[RuleView]


class ProblemView(msgspec.Struct, frozen=True):
    """What a problem code means."""

    code: str
    status: int
    title: str
    detail: str
    meaning: str
    rule: RuleView | None


@get("/v1/rulebook", opt=public())
async def get_rulebook(clock: NamedDependency[Clock]) -> RulebookView:
    """规则手册 · Every rule in force that a refusal may cite, with its legal basis and how sure we are of it."""
    book = rulebook.in_force(day_in_china(clock.now()))
    return RulebookView(sources=list(book.sources), rules=[rule_view(rule) for rule in book.rules.values()])


@get("/v1/problems/{code:str}", opt=public())
async def get_problem(
    code: FromPath[str], request: Request[Any, Any, Any], clock: NamedDependency[Clock]
) -> ProblemView:
    """错误说明 · What a problem means and which rule it cites."""
    error = catalogue().get(code)
    if error is None:
        raise NotFound(kind="problem", id=code[:80])
    lang = lang_of(request)
    cited = rulebook.in_force(day_in_china(clock.now())).cite(error.rule)
    return ProblemView(
        code=code,
        status=error.status,
        title=error.title.of(lang),
        detail=error.detail.of(lang),
        meaning=" ".join((error.__doc__ or "").split()),
        rule=rule_view(cited) if cited is not None else None,
    )


@get("/v1/problems", opt=public())
async def list_problems() -> list[str]:
    """错误目录 · All problem codes."""
    return list(catalogue())


@get("/healthz", opt=public(), include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


class NotReady(Unavailable):
    """The database does not answer."""

    title = Text("数据库暂不可用", "The database is not ready")


@get("/readyz", opt=public(), include_in_schema=False)
async def readyz(runtime: NamedDependency[Runtime]) -> dict[str, str]:
    """The process can serve: its database answers."""
    try:
        async with asyncio.timeout(READY_SECONDS), runtime.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (OSError, SQLAlchemyError, PostgresError, InterfaceError) as problem:
        raise NotReady(retry_after_seconds=1) from problem
    return {"status": "ready"}


@get("/metrics", opt=public(), include_in_schema=False)
async def metrics(request: Request[Any, Any, Any], runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """Prometheus metrics; where a token is set, for those who send it as Bearer, which is Prometheus' own way."""
    token = runtime.settings.metrics_token
    scheme, _, presented = request.headers.get("authorization", "").partition(" ")
    if token and not (scheme.lower() == "bearer" and hmac.compare_digest(presented.encode(), token.encode())):
        raise Unauthenticated
    return Response(generate_latest(REGISTRY), media_type="text/plain; version=0.0.4")


ROUTES = [get_rulebook, get_problem, list_problems, healthz, readyz, metrics]
