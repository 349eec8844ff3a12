"""The table of endpoints: each names the SDK type that checks it and the parameters it really simulates."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .errors import StripeRefusal
from .shapes import conform, request_type
from .world import Call, Obj, World

Handler = Callable[[World, Call], Obj]


@dataclass(frozen=True)
class Endpoint:
    """One method and path of the API."""

    method: str
    pattern: re.Pattern[str]
    operation: str
    simulated: frozenset[str]
    handler: Handler

    def check(self, params: Obj) -> Obj:
        """Refuse what Stripe's own types refuse, and say so where the double, not Stripe, is the limit."""
        checked: Obj = conform(request_type(self.operation), params)
        for name in checked:
            if name not in self.simulated:
                raise StripeRefusal(
                    "double_not_simulated",
                    f"Stripe knows the parameter {name}, this double does not simulate it.",
                    param=name,
                )
        return checked


ENDPOINTS: list[Endpoint] = []


def endpoint(method: str, path: str, operation: str, simulated: str = "") -> Callable[[Handler], Handler]:
    """Register a function as an endpoint; every endpoint takes `metadata` and `expand` where the SDK does."""
    pattern = re.compile("/v1" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(handler: Handler) -> Handler:
        known = frozenset(simulated.split()) | {"metadata", "expand"}
        ENDPOINTS.append(Endpoint(method, pattern, operation, known, handler))
        return handler

    return register


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """Match a request to an endpoint."""
    for candidate in ENDPOINTS:
        if candidate.method == method and (match := candidate.pattern.fullmatch(path)):
            return candidate, match.groupdict()
    raise StripeRefusal("url_invalid", f"Unrecognized request URL ({method}: {path}).", status=404)


def paged(world: World, call: Call, kind: str, path: str, *filters: str) -> Obj:
    """Answer a list request: newest first, filtered by equality, cut by `limit` and the two cursors."""
    found = [
        obj
        for obj in world.all(kind, call.account)
        if all(obj.get(name) == call.params[name] for name in filters if name in call.params)
    ]
    since = call.params.get("created", {}).get("gte", 0)
    found = [obj for obj in found if obj["created"] >= since]
    ids = [obj["id"] for obj in found]
    if after := call.params.get("starting_after"):
        world.get(kind, after, call.account)
        found = found[ids.index(after) + 1 :] if after in ids else []
    if before := call.params.get("ending_before"):
        world.get(kind, before, call.account)
        found = found[: ids.index(before)] if before in ids else []
    limit = call.params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeRefusal("parameter_invalid_integer", "limit must be between 1 and 100", param="limit")
    page = found[-limit:] if call.params.get("ending_before") else found[:limit]
    return {"object": "list", "url": f"/v1{path}", "has_more": len(found) > limit, "data": page}
