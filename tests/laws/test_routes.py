"""Laws over every route."""

import inspect

from litestar.handlers import HTTPRouteHandler

from centre.app import create_app
from centre.assembly import ROUTES
from kernel.http.docs import described
from kernel.settings import Settings
from tests.laws import source

PUBLIC_POSTS = {
    "/v1/verification": "anybody may verify a document; nothing of it is kept",
    "/verify": "the same as a page",
    "/log/cosignature": "a witness is known by its signature, which is checked against the keys that the centre names",
    "/v1/parties": "an organisation has no key before it applies; its secret is shown once and never stored",
    "/v1/office-keys": "a watching office has no key before it takes one; its invitation is a secret that serves once",
    "/v1/webhooks/stripe": "Stripe signs its calls; the inbox knows what it has seen",
}
NOT_IDEMPOTENT = {
    "/v1/parties": "the answer holds a secret that is not stored; of several applications one is admitted",
    "/v1/api-keys": "the answer holds a secret that is not stored",
    "/v1/parties/{party_id:str}/api-keys": "the answer holds a secret that is not stored; a repeat ends the one before",
    "/v1/api-keys/{key_id:str}/renewal": "the answer holds a secret that is not stored; the key that asked ends",
    "/v1/office-keys": "the answer holds a secret that is not stored; an invitation serves once",
    "/v1/files": "the body is streamed; a repeated upload is another file, swept when nothing refers to it",
    "/v1/sandbox/clock/advance": "sandbox only",
    "/v1/webhooks/stripe": "idempotent by the event's own id",
}


def handlers() -> list[HTTPRouteHandler]:
    return [route for route in ROUTES if isinstance(route, HTTPRouteHandler)]


def test_every_route_is_guarded_or_public_in_so_many_words():
    silent = [
        path
        for route in handlers()
        for path in route.paths
        if not (route.opt.get("public") or route.opt.get("permissions"))
    ]
    assert silent == []


def test_nothing_that_writes_is_public_without_a_reason():
    writing = {
        path
        for route in handlers()
        for path in route.paths
        if route.opt.get("public") and route.http_methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert {path.replace(":str", "") for path in writing} == set(PUBLIC_POSTS)


def test_every_permission_is_given_to_some_role():
    from kernel.identity.rules import PERMISSIONS

    given = {name for names in PERMISSIONS.versions[-1].body.roles.values() for name in names}
    wanted = {name for route in handlers() for name in route.opt.get("permissions", ())}
    assert wanted - given == set()
    assert given - wanted - UNUSED == set()


UNUSED: set[str] = set()
"""Permissions that later work will use; empty means that the table holds nothing idle."""


def test_every_post_that_creates_is_idempotent():
    """A created thing is created once, however often the request arrives."""
    careless = []
    for route in handlers():
        if "POST" not in route.http_methods or (route.status_code or 201) != 201:
            continue
        for path in route.paths:
            body = inspect.getsource(route.fn)
            if path not in NOT_IDEMPOTENT and "once(" not in body and "idempoten" not in body:
                careless.append(path)
    assert careless == []


def test_the_api_description_is_the_committed_one():
    """A change of the API is seen in review: `liutong openapi > docs/openapi.json` writes it anew."""
    app = create_app(Settings())
    now = described(app.inner)
    committed = (source.ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert now == committed


def test_at_most_one_dependency_is_a_generator():
    """With two, an error at clean-up arrives in a group and its handler is not found."""
    app = create_app(Settings()).inner
    generators = [name for name, provide in app.dependencies.items() if inspect.isasyncgenfunction(provide.dependency)]
    assert generators == ["session"]
