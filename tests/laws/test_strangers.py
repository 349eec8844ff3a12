"""The stranger law: to whoever has nothing to do with an object, a route answers as if there were no such object.

Objects are made once by one side; every other kind of party, and nobody, asks for each by every route that has an id.
What a stranger is told of a real object must be, word for word, what it is told of an invented one: a 404, or the
guard's own refusal. An office may see what the audience of that kind says, and nothing else.
"""

import ast
import gc
import re
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest
from litestar.handlers import HTTPRouteHandler

from centre.assembly import ROUTES
from kernel.rules.permissions import by_role
from kernel.states import Role
from kernel.views.audience import Audience
from tests.conftest import NOW
from tests.described import description
from tests.laws import source
from tests.laws.bodies import BODIES, example
from tests.laws.objects import Made, objects, strangers, told

PUBLIC: Final = {
    "GET /v1/problems/{code}": "an explanation of an error",
    "GET /log/tile/{path}": "the log is public; its leaves are salted digests",
    "GET /v1/log/checkpoints/{size}": "the log is public",
    "GET /v1/log/entries/{entry_id}/proof": "an inclusion proof says nothing of the entry",
    "GET /v1/certificates/{certificate}": "the register is public",
    "GET /v1/certificates/{certificate}/pdf": "the register is public",
    "POST /v1/certificates/{certificate}/registrations": "the certificate is public; who is no holder is told so",
    "GET /v1/certificates/{certificate}/revisions": "the register is public",
    "POST /v1/certificates/{certificate}/revisions": "the certificate is public; who is no holder is told so",
    "POST /v1/certificates/{certificate}/revision-check": "the certificate is public; who is no holder is told so",
    "GET /v1/status-lists/{year}": "the register is public",
    "GET /v1/contract-models/{model_id}": "the model contracts are public",
    "POST /v1/contract-models/{model_id}/check": "the model is public; the draft is the caller's own and kept nowhere",
    "POST /v1/contract-models/{model_id}/preview": "as above",
    "POST /v1/price-previews": "the price is the caller's own and kept nowhere",
    "POST /v1/contract-models/{model_id}/preview/docx": "as above",
    "POST /v1/contract-models/{model_id}/preview/pdf": "as above",
    "POST /v1/contract-models/{model_id}/redline": "as above",
    "POST /v1/contract-models/{model_id}/redline/docx": "as above",
    "GET /v1/parties/{party_id}/ratings": "what buyers said of a provider is public (电子商务法 art. 39)",
    "GET /v1/appraisal-register/{number}": "the register of reports is public",
    "GET /v1/audit/exports/{report}": "the name of a report and no object",
    "POST /v1/dataspace/participants/{party_id}/connections": "every admitted party is a participant for every member",
    "GET /dsp/{participant}/.well-known/dspace-version": "every admitted party is a participant, and says so",
    "GET /dsp/{participant}/did.json": "every admitted party is a participant, and says so",
}
"""What everybody may meet, and why; everything else is asked for."""

REGISTERED: Final = {
    "GET /v1/assets/{asset_id}/register": "the register is public",
    "GET /v1/assets/{asset_id}/title": "a registered title is for every member; licences only for their sides",
    "POST /v1/assets/{asset_id}/title/check": "whoever would be granted something may ask",
    "POST /v1/assets/{asset_id}/grants": "whoever would grant is told what is missing in a title that it can read",
}
"""What a registered asset shows beyond one that is not, and why."""

DESKS: Final = ("/v1/jobs/", "/v1/ledger/", "/v1/bank-", "/v1/payout-batches/", "/v1/stripe-transactions/")
"""What is the centre's own and no party's: the permission is the audience."""

FORMS: Final = (".html", ".pdf", ".xlsx")
"""A report drawn in another form: read as the report itself is, and slow to draw."""

ID: Final = re.compile(r"[a-z]{3}_[0-9a-z]{26}")

OFFICES: Final = ("registrar", "reviewer", "clearing", "operator", "regulator", "auditor")

Route = tuple[str, str, tuple[str, ...], bool]
"""Method, path, the names of its ids, and whether it needs no key."""


def routes() -> list[Route]:
    """Every route with an id; connectors have tokens of their own, and tests/market/dataspace asks them the same."""
    found = set()
    for route in ROUTES:
        if not isinstance(route, HTTPRouteHandler) or route.opt.get("connector"):
            continue
        for path in (re.sub(r":\w+", "", each) for each in route.paths):
            for method in route.http_methods - {"HEAD", "OPTIONS"}:
                if names := re.findall(r"\{(\w+)\}", path):
                    found.add((str(method), path, tuple(names), bool(route.opt.get("public"))))
    return sorted(found)


def asked() -> Iterator[Route]:
    """Those whose objects are not everybody's."""
    return (each for each in routes() if f"{each[0]} {each[1]}" not in PUBLIC)


def invented(value: str) -> str:
    """An id of the same kind that nothing bears."""
    return "999999999" if value.isdigit() else re.sub(r"_.*", "_" + "0" * 26, value)


class Question:
    """A route filled with the ids of real objects, and with ids that nothing bears."""

    def __init__(self, spec: dict[str, Any], route: Route, made: Made) -> None:
        """Raises KeyError for an id of which no object was made."""
        self.method, path, names, self.open = route
        self.name = f"{self.method} {path}"
        collection = next(part for part in path.split("/") if part not in ("", "v1", "log"))
        values = {name: made.get(f"{collection}/{name}") or made[name] for name in names}
        real, other = path, path
        for name, value in values.items():
            real, other = real.replace(f"{{{name}}}", value), other.replace(f"{{{name}}}", invented(value))
        self.ids = [(value, invented(value)) for value in values.values()]
        compared = path.endswith("/comparison")
        self.real, self.other = (f"{each}?before={each.split('/')[3]}" if compared else each for each in (real, other))
        content = spec["paths"][path][self.method.lower()].get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        self.body = None if schema is None else BODIES.get(self.name) or example(schema, spec)

    async def put(self, who: Any) -> tuple[Any, Any]:
        """What somebody is told of the real object and of the invented one, but for the ids themselves."""
        real = await who(self.method, self.real, self.body)
        other = await who(self.method, self.other, self.body)
        pairs = [pair for pair in self.ids if len(pair[0]) > len("ast_")]
        return told(real, *(pair[0] for pair in pairs)), told(other, *(pair[1] for pair in pairs))


def short(question: Question, who: str, real: Any, other: Any) -> str:
    """A leak for whoever reads of it."""
    said = [f"{status} {body.get('code')} {body.get('kind')}" for status, body in (real, other) if type(body) is dict]
    return f"{who}: {question.name}: {' but '.join(said)} {'' if real[0] != other[0] else str(real)[:400]}"


def unseen(question: Question, real: Any, other: Any) -> bool:
    """Whether two answers are those to somebody for whom nothing is there."""
    status, body = real
    guarded = status == 403 and body["code"] == "forbidden"
    return real == other and (status == 404 or guarded or question.open)


def watching() -> dict[str, set[Role]]:
    """By kind, the offices that its audiences name, or that have the permission that they ask for."""
    found: dict[str, set[Role]] = {}
    gc.unfreeze()  # What was imported is left alone otherwise, and would not be among what is found.
    for each in [each for each in gc.get_objects() if isinstance(each, Audience)]:
        by_permission = {role for role, names in by_role(NOW.date()).items() if each.permission in names}
        found.setdefault(each.kind, set()).update(each.offices, by_permission)
    return found


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["in turn", "all"])
async def test_to_a_stranger_no_object_is_there(runtime, as_, drain, client, clock, capsys, every):
    """Every question is asked by every stranger; in the suite by one after the other until a guard lets one ask."""
    spec = description()
    made, registered = await objects(runtime, as_, drain, clock)
    questions = [Question(spec, route, made) for route in asked()]
    more = [Question(spec, route, made | {"asset_id": registered}) for route in asked() if "asset_id" in route[2]]
    questions += [each for each in more if each.name not in REGISTERED]
    callers = await strangers(as_)
    leaks, reached = [], set()
    for question in questions:
        for role, who in list(callers):
            real, other = await question.put(who)
            if not unseen(question, real, other):
                leaks.append(short(question, role, real, other))
            if real[0] == 404:
                reached.add(question.name)
                if not every:
                    callers.insert(0, callers.pop(callers.index((role, who))))  # It may ask for most: it asks first.
                    break
        real, other = await question.put(client)
        if not (real[0] == 401 or (question.open and unseen(question, real, other))):
            leaks.append(short(question, "nobody", real, other))
    counts = f"{len({each.name for each in questions})} routes, {len(questions)} objects, {len(callers) + 1} callers"
    with capsys.disabled():
        sys.stdout.write(f"\nstranger law: {counts}, {len(reached)} routes reached, {len(leaks)} leaks\n")
    assert not leaks, "\n".join(leaks)


def lists() -> list[str]:
    """Every list of the API that a key is needed for."""
    return sorted(
        path
        for route in ROUTES
        if isinstance(route, HTTPRouteHandler) and "GET" in route.http_methods and "permissions" in route.opt
        for path in route.paths
        if path.startswith("/v1/") and "{" not in path
    )


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["in turn", "all"])
async def test_no_list_names_what_is_anothers(runtime, as_, drain, client, clock, every):
    """What each party has of its own is in no stranger's list; without a key there is none.

    In the suite each list is read by the first stranger that a guard lets read it.
    """
    made, _ = await objects(runtime, as_, drain, clock)
    theirs = {each for each in made.values() if ID.fullmatch(each)}
    callers, leaks, shown = await strangers(as_), [], 0
    owners = [await as_("provider"), await as_("buyer")]
    for path in lists():
        assert told(await client.get(path))[0] == 401, path
        for role, who in callers:
            answer = await who.get(path)
            leaks += [f"{role}: {path}: {each}" for each in theirs if each in answer.text]
            if answer.status_code != 403 and not every:
                break
        texts = [(await who.get(path)).text for who in owners]
        shown += any(each in text for text in texts for each in theirs)
    assert not leaks, "\n".join(leaks)
    assert shown > 30  # The same words are found where they belong.


KINDS = {"listing-unavailable": "listing"}
"""Refusals that say in words of their own that something of a kind is not there."""


@pytest.mark.parametrize(
    "offices", [("clearing", "regulator"), pytest.param(OFFICES, marks=pytest.mark.slow)], ids=["two", "all"]
)
async def test_an_office_sees_what_its_audience_says(runtime, as_, drain, clock, capsys, offices):
    spec = description()
    made, _ = await objects(runtime, as_, drain, clock)
    questions = [Question(spec, route, made) for route in asked() if route[0] == "GET" and not route[3]]
    questions = [each for each in questions if not each.real.startswith(DESKS) and not each.real.endswith(FORMS)]
    leaks, seen, watch = [], 0, watching()
    for office in offices:
        who = await as_(office)
        for question in questions:
            real, other = await question.put(who)
            if unseen(question, real, other):
                continue
            seen += 1
            kind = other[1].get("kind", KINDS.get(other[1].get("code", ""), ""))
            if other[0] != 404 or real[0] >= 500 or Role(office) not in watch.get(kind, ()):
                leaks.append(short(question, office, real, other))
    with capsys.disabled():
        sys.stdout.write(f"\noffices: {len(questions)} routes, {len(offices)} offices, {seen} seen\n")
    assert not leaks, "\n".join(leaks)


def test_who_may_see_is_asked_of_audiences_alone():
    """No slice compares the actor's party by itself to say that nothing is there: `Audience` does, one way for all."""
    found = []
    for path in source.files():
        for node in source.nodes(path):
            if not isinstance(node, ast.If):
                continue
            differs = any(isinstance(each, ast.NotEq | ast.NotIn) for each in ast.walk(node.test))
            asks = differs and "actor.party" in ast.unparse(node.test)
            raises = (each.exc for each in node.body if isinstance(each, ast.Raise) and each.exc is not None)
            if asks and any(ast.unparse(each).startswith("NotFound") for each in raises):
                found.append(f"{source.name(path)}:{node.lineno}")
    assert [each for each in found if not each.startswith("kernel/views/audience.py")] == []
