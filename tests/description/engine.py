"""Schemathesis before the application of a test: what it made of the description, what it sent and what it found."""

import asyncio
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import schemathesis
from litestar.handlers import HTTPRouteHandler
from schemathesis import hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema

from centre.assembly import ROUTES
from kernel.http.requests import NO_NUL, NO_UNSEEN
from kernel.rules.permissions import permissions_of
from kernel.states import Role
from tests.conftest import NOW, Client

SEED: Final = 20_261_123
EXAMPLES_MAX: Final = 15

BEYOND: Final = r"/query/cursor|/public_key|/proof|(/.+)?/amount|/received_on"
"""What no schema can say: a cursor is the server's own; a key is a point on a curve and proves that it is held; how
many decimals an amount has goes by its currency; money has not arrived tomorrow."""

UNSEEN: Final = (NO_UNSEEN.zh, NO_NUL.zh)
"""That no text holds control characters is said once, for all of them, at the head of the description."""

LEFT_OUT: Final = {"POST /v1/sandbox/clock/advance"}
"""It moves the moment at which every key ends."""

SPARED: Final = {
    "DELETE /v1/api-keys/{key_id}": "key_" + "0" * 26,
    "POST /v1/api-keys/{key_id}/renewal": "key_" + "0" * 26,
    "POST /v1/parties/{party_id}/api-keys": "pty_" + "0" * 26,
    "POST /v1/parties/{party_id}/admission": "pty_" + "0" * 26,
}
"""What would end the key that asks, or its party: asked of what is not there."""


class Bridge:
    """The application as an ASGI callable of another event loop: each request is answered in the test's own."""

    def __init__(self, app: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._loop = loop

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Read the request here, answer it there, and send the answer here."""
        if scope["type"] != "http":
            raise NotImplementedError("the test has started the application already")
        asked = [await receive()]
        while asked[-1].get("more_body"):
            asked.append(await receive())
        answer = asyncio.run_coroutine_threadsafe(self._answered(scope, asked), self._loop)
        for message in await asyncio.wrap_future(answer):
            await send(message)

    async def _answered(self, scope: Any, asked: list[Any]) -> list[Any]:
        answered: list[Any] = []
        complete = asyncio.Event()

        async def receive() -> Any:
            if asked:
                return asked.pop(0)
            await complete.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            answered.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                complete.set()

        await self._app(scope, receive, send)
        return answered


@dataclass
class Question:
    """Who asks, by which phases, and the ids of objects that are there."""

    spec: dict[str, Any]
    role: str
    who: Client
    made: dict[str, str]
    phases: dict[str, Any]

    def __init__(self, spec: dict[str, Any], role: str, who: Client, made: dict[str, str], **phases: Any) -> None:
        self.spec, self.role, self.who, self.made, self.phases = spec, role, who, made, phases

    def config(self) -> SchemathesisConfig:
        """All checks on, the same cases every time."""
        phases = {name: {"enabled": False} for name in ("examples", "coverage", "fuzzing", "stateful")} | self.phases
        generation = {
            "mode": "all",
            "max-examples": EXAMPLES_MAX,
            "deterministic": True,
            "no-shrink": True,
            "database": "none",
            "with-security-parameters": False,
        }
        # Objects move on while they are asked for; what breaks a published rule is refused as such.
        accepted = {"expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422"]}
        return SchemathesisConfig.from_dict(
            {
                "seed": SEED,
                "suppress-health-check": ["all"],
                "headers": {"Authorization": f"Bearer {self.who.key}"},
                "generation": generation,
                "phases": phases,
                "checks": {"positive_data_acceptance": accepted},
            }
        )

    def permitted(self) -> Callable[[Any], bool]:
        """Whether an operation is open to the role."""
        held = permissions_of([Role(self.role)], NOW.date())
        operations = {
            f"{method} {re.sub(r':[a-z]+}', '}', path)}"
            for route in ROUTES
            if isinstance(route, HTTPRouteHandler)
            and (route.opt.get("public") or held.intersection(route.opt.get("permissions", ())))
            for path in route.paths
            for method in route.http_methods
        } - LEFT_OUT
        return lambda context: context.operation.label in operations


@dataclass
class Findings:
    """How much was asked, and what was found wrong, by operation and check."""

    cases: int = 0
    checks: int = 0
    operations: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[tuple[str, ...], str] = field(default_factory=dict)

    def read(self, event: Any) -> None:
        """Take in an event of the engine."""
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            self.wrong[event.label, "error"] = event.info.format()
        if not isinstance(event, events.ScenarioFinished):
            return
        for case, made in event.recorder.interactions.items():
            label = event.recorder.cases[case].value.operation.label
            self.operations.add(label)
            self.cases += 1
            self.statuses[made.response.status_code if made.response else 0] += 1
            for check in event.recorder.checks.get(case, []):
                self.checks += 1
                if check.failure_info is not None and not by_rule(check.name, made.response):
                    failure, sample = check.failure_info.failure, check.failure_info.code_sample
                    said = made.response.content[:600].decode(errors="replace")
                    text = f"{failure.message[:400]}\n  {sample[:800]}\n  {said}"
                    self.wrong.setdefault((label, check.name, failure.title), text)

    def listed(self) -> str:
        """Everything that was found."""
        return "\n".join(f"{' | '.join(name)}\n  {text}" for name, text in sorted(self.wrong.items()))

    def __str__(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        asked = f"{len(self.operations)} operations, {self.cases} cases, {self.checks} checks"
        return f"{asked}, {len(self.wrong)} findings ({told})"


def by_rule(check: str, response: Any) -> bool:
    """Whether a 400 is about more than a schema can say: a refusal with a name of its own, or one of BEYOND."""
    if check != "positive_data_acceptance" or response.status_code != 400:
        return False
    if response.request.method == "HEAD":
        return True  # It has no words to say which; the same is asked with GET.
    problem = json.loads(response.content)
    own = problem["code"] != "invalid-input"
    return own or all(
        re.fullmatch(BEYOND, error["pointer"]) or error["detail"] in UNSEEN for error in problem["errors"]
    )


def explored(question: Question, loop: asyncio.AbstractEventLoop) -> Findings:
    """Run the engine in this thread, against the application in its own loop."""
    schema = schemathesis.openapi.from_dict(question.spec, config=question.config()).include(func=question.permitted())
    schema.app = Bridge(question.who.http._transport.app, loop)  # type: ignore[attr-defined]
    numbers = itertools.count(1)

    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        fill(case, question.made, next(numbers))

    findings = Findings()
    schemathesis.hook(before_call)
    try:
        for event in from_schema(schema).execute():
            findings.read(event)
    finally:
        hooks.unregister(before_call)
    return findings


def fill(case: Any, made: dict[str, str], number: int) -> None:
    """Name objects that are there, and a fresh idempotency key, wherever the case means to have them right."""
    components = case.meta.components if case.meta is not None else {}
    negative = {place for place, each in components.items() if each.mode.is_negative}
    if case.headers and "Idempotency-Key" in case.headers and ParameterLocation.HEADER not in negative:
        case.headers["Idempotency-Key"] = f"generated-{number}"
    if ParameterLocation.PATH in negative or not case.path_parameters:
        return
    if nothing := SPARED.get(case.operation.label):
        case.path_parameters = dict.fromkeys(case.path_parameters, nothing)
    elif number % 4:
        name_objects(case, made, number)


def name_objects(case: Any, made: dict[str, str], number: int) -> None:
    """Put the ids of what is there into a path, and of assets now one that is registered and now one that is not."""
    collection = next(part for part in case.operation.path.split("/") if part not in ("", "v1", "log"))
    for name in case.path_parameters:
        if name == "asset_id" and number % 2:
            case.path_parameters[name] = made["registered"]
        elif value := made.get(f"{collection}/{name}") or made.get(name):
            case.path_parameters[name] = value
