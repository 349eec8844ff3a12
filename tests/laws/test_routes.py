"""Laws over every route."""

import ast
import inspect
import re

from litestar.handlers import HTTPRouteHandler

from centre.assembly import ROUTES
from kernel.http.idempotency import needs_key
from tests.conftest import NOW
from tests.described import COMMITTED, application, description, text
from tests.laws import source

PUBLIC_POSTS = {
    "/v1/verification": "anybody may verify a document; nothing of it is kept",
    "/log/cosignature": "a witness is known by its signature, which is checked against the keys that the centre names",
    "/v1/parties": "an organisation has no key before it applies; its secret is shown once and never stored",
    "/v1/office-keys": "a watching office has no key before it takes one; its invitation is a secret that serves once",
    "/v1/webhooks/stripe": "Stripe signs its calls; the inbox knows what it has seen",
    "/delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/query": "a key of a channel, and metered once",
    "/v1/agreements/{agreement_id}/tables/{table}/query": "a key of a channel, and counted once",
    **{
        f"/dsp/{{participant}}/2025-1/{path}": "a connector is known by its own token, and a message by its @id"
        for path in (
            "catalog/request",
            "negotiations/request",
            "negotiations/offers",
            "negotiations/{pid}/request",
            "negotiations/{pid}/offers",
            "negotiations/{pid}/agreement",
            "negotiations/{pid}/agreement/verification",
            "negotiations/{pid}/events",
            "negotiations/{pid}/termination",
            "transfers/request",
            "transfers/{pid}/start",
            "transfers/{pid}/completion",
            "transfers/{pid}/suspension",
            "transfers/{pid}/termination",
        )
    },
}
MOVES_MONEY = {
    "/v1/agreements/{agreement_id:str}/refusal": "ends an order that may have been paid",
    "/v1/bills/{bill_id:str}/collection": "pays from what is held",
    "/v1/orders/{order_id:str}/acceptance": "releases what is held",
    "/v1/delivery-parts/{delivery_part_id:str}/acceptance": "releases what is held",
    "/v1/orders/{order_id:str}/cancellation": "gives back what is held",
    "/v1/orders/{order_id:str}/refund": "gives back what is held",
    "/v1/complaints/{complaint_id:str}/answer": "may concede what is asked, which is paid back",
    "/v1/complaints/{complaint_id:str}/proposal-answer": "may agree to what is then paid back",
    "/v1/complaints/{complaint_id:str}/redelivery-answer": "releases what is held",
    "/v1/complaints/{complaint_id:str}/withdrawal": "releases what is held",
    "/v1/payments/{payment_id:str}/confirm": "books what came in",
    "/v1/bank-entries/{bank_entry_id:str}/assignment": "books what came in",
    "/v1/bank-entries/{bank_entry_id:str}/prepayment": "books what came in",
    "/v1/bank-entries/{bank_entry_id:str}/explanation": "books what went out",
    "/v1/stripe-transactions/{stripe_transaction_id:str}/explanation": "proposes what is booked",
    "/v1/stripe-transactions/{stripe_transaction_id:str}/explanation/approval": "books what moved",
    "/v1/stripe-transactions/{stripe_transaction_id:str}/arrival": "books what came in",
    "/v1/payout-batches/{payout_batch_id:str}/approval": "sends money",
    "/v1/payout-batches/{payout_batch_id:str}/refusal": "gives back what was taken out of what is owed",
    "/v1/payout-batches/{payout_batch_id:str}/status-reports": "gives back what a bank rejected",
    "/v1/card-disputes/{card_dispute_id:str}/acceptance": "gives up what is disputed",
    "/v1/card-disputes/{card_dispute_id:str}/answer": "is sent once",
    "/v1/clawback-write-offs/{write_off_id:str}/approval": "gives up what is owed",
    "/v1/clawback-write-offs/{write_off_id:str}/refusal": "keeps what is owed",
    "/v1/refunds/{refund_id:str}/approval": "sets money aside and sends it",
    "/v1/refunds/{refund_id:str}/refusal": "leaves money where it is",
    "/v1/refunds/{refund_id:str}/confirmation": "books what went out",
    "/v1/refunds/{refund_id:str}/resending": "sends money",
    "/v1/transfer-reversals/{transfer_reversal_id:str}/decision": "asks for money again, or leaves it a debt",
    "/v1/ledger/corrections/{correction_id:str}/approval": "books what puts an entry right",
    "/v1/withheld-shares/{share_id:str}/redirect": "gives what is kept back to another",
    "/v1/withheld-shares/{share_id:str}/release": "gives what is kept back to its party",
}
"""Steps that nobody may take twice by sending them twice, whatever the state says."""

NOT_IDEMPOTENT = {
    "/v1/parties": "the answer holds a secret that is not stored; of several applications one is admitted",
    "/v1/api-keys": "the answer holds a secret that is not stored",
    "/v1/parties/{party_id:str}/api-keys": "the answer holds a secret that is not stored; a repeat ends the one before",
    "/v1/api-keys/{key_id:str}/renewal": "the answer holds a secret that is not stored; the key that asked ends",
    "/v1/office-keys": "the answer holds a secret that is not stored; an invitation serves once",
    "/v1/files": "the body is streamed; a repeated upload is another file, swept when nothing refers to it",
    "/v1/sandbox/clock/advance": "sandbox only",
    "/v1/webhooks/stripe": "idempotent by the event's own id",
    **{
        f"/dsp/{{participant:str}}/2025-1/{path}": "idempotent by the message's own @id and the sender's pid"
        for path in ("negotiations/request", "negotiations/offers", "transfers/request")
    },
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
    from kernel.rules.permissions import by_role

    given = {name for names in by_role(NOW.date()).values() for name in names}
    wanted = {name for route in handlers() for name in route.opt.get("permissions", ())}
    assert wanted - given == set()
    assert given - wanted - UNUSED == set()


UNUSED: set[str] = set()
"""Permissions that later work will use; empty means that the table holds nothing idle."""


def test_a_post_needs_a_key_where_it_makes_starts_or_moves_something_and_nowhere_else():
    """The rule that the head of the description and docs/api.md tell; a step that was taken cannot be taken again."""
    differing = []
    for route in handlers():
        if "POST" not in route.http_methods:
            continue
        makes = (route.status_code or 201) in (201, 202)
        for path in route.paths:
            wanted = (makes and path not in NOT_IDEMPOTENT) or path in MOVES_MONEY
            if needs_key(route) != wanted:
                differing.append(path)
    assert differing == []


def test_the_description_asks_for_a_key_exactly_where_the_route_does():
    described_paths = description()["paths"]
    asked, needed = set(), set()
    for route in handlers():
        for path in (re.sub(r":[a-z]+}", "}", each) for each in route.paths):
            for method in route.http_methods:
                operation = described_paths.get(path, {}).get(method.lower(), {})
                listed = [each for each in operation.get("parameters", []) if each["name"] == "Idempotency-Key"]
                asked |= {(method, path) for each in listed if each["required"]}
                needed |= {(method, path)} if needs_key(route) else set()
    assert asked == needed


def test_what_is_shown_once_is_said_where_it_is_made():
    """Who may not repeat a request by its key reads so in the operation itself."""
    silent = [
        path
        for route in handlers()
        for path in route.paths
        if "POST" in route.http_methods
        and path in NOT_IDEMPOTENT
        and "secret" in NOT_IDEMPOTENT[path]
        and "once" not in (route.fn.__doc__ or "")
    ]
    assert silent == []


def test_the_api_description_is_the_committed_one():
    """A change of the API is seen in review: `liutong openapi > docs/openapi.json` writes it anew."""
    assert text() == COMMITTED.read_text(encoding="utf-8")


def test_at_most_one_dependency_is_a_generator():
    """With two, an error at clean-up arrives in a group and its handler is not found."""
    app = application()
    generators = [name for name, provide in app.dependencies.items() if inspect.isasyncgenfunction(provide.dependency)]
    assert generators == ["session"]


def test_routes_stand_in_routes():
    """Whoever looks for a path looks into one room of its slice: `routes`, or the folder of that name."""
    homeless = {handler.fn.__module__ for handler in ROUTES if "routes" not in handler.fn.__module__.split(".")}
    lists = {
        f"{source.name(path)}:{node.lineno}"
        for path in source.files()
        if path.stem != "routes" and path.parent.name != "routes" and path.stem != "assembly"
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Name) and node.id == "ROUTES" and isinstance(node.ctx, ast.Store)
    }
    assert homeless | lists == set()
