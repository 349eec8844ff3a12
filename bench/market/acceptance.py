"""From the last signature to a usable entitlement, through HTTP: free terms that two agreed to, so nobody pays."""

import base64
import statistics
import time
from typing import Any, Final

from centre.demo.context import Context

ROUNDS: Final = 40
P95_MS: Final = 200.0
WAIT_SECONDS: Final = 10.0


def run(context: Context) -> None:
    """Print how long the second signature takes and when the entitlement is there; negotiations made one by one."""
    signed, entitled = [], []
    for _ in range(ROUNDS):
        order, agreement = _agreed(context)
        _sign(context, agreement, "provider")
        started = time.perf_counter()
        _sign(context, agreement, "buyer")
        signed.append((time.perf_counter() - started) * 1000)
        _wait(context, order)
        entitled.append((time.perf_counter() - started) * 1000)
    print(f"\nfrom the second signature to the entitlement, {ROUNDS} agreements")
    for name, times in (("answer to the signature", signed), ("entitled", entitled)):
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"  {name}: p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms")
    reached = statistics.quantiles(entitled, n=20)[-1] <= P95_MS
    print(f"  aim p95 {P95_MS:.0f} ms: {'reached' if reached else 'NOT reached'}")


def _agreed(context: Context) -> tuple[str, Any]:
    """An order on free terms, asked for by the buyer and accepted by the provider, and its agreement."""
    people, listing = context.people, context.results["listing_id"]
    terms = people.buyer.get(f"/v1/listings/{listing}/terms")["terms"]
    rule = terms["policy"]["permissions"][0] | {"recipients": [f"party:{people.buyer.party}"], "duties": []}
    duties = [duty for duty in terms["policy"].get("duties", []) if duty["kind"] != "pay"]
    policy = terms["policy"] | {"permissions": [rule], "duties": duties}
    body = terms | {"consumer": people.buyer.party, "price": {"kind": "free"}, "policy": policy}
    body["purpose"] = rule["purposes"][0]
    asked = people.buyer.post("/v1/negotiations", {"terms": body})
    standing = {"terms_digest": asked["rounds"][-1]["terms_digest"]}
    accepted = people.provider.post(f"/v1/negotiations/{asked['id']}/acceptance", standing)
    order = people.buyer.get(f"/v1/orders/{accepted['order_id']}")
    return order["id"], people.buyer.get(f"/v1/agreements/{order['agreement_id']}")


def _sign(context: Context, agreement: Any, name: str) -> None:
    signatory = context.people.signatories[name]
    signature = base64.b64encode(signatory.signer.sign(agreement["signing_text"].encode())).decode()
    body = {"signing_key_id": signatory.key_id, "signature": signature}
    getattr(context.people, name).post(f"/v1/agreements/{agreement['id']}/signatures", body)


def _wait(context: Context, order: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not context.people.buyer.get(f"/v1/entitlements/{order}")["entitled"]:
        if time.monotonic() > until:
            raise RuntimeError(f"{order} gave no entitlement within {WAIT_SECONDS:.0f} s")
        time.sleep(0.002)
