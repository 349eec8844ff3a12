"""Refunds: money back to the card; transfers already made stay with the connected account."""

from .errors import StripeRefusal
from .routing import endpoint, paged
from .world import Call, Obj, World


@endpoint("POST", "/refunds", "refund_create", "charge payment_intent amount reason")
def create_refund(world: World, call: Call) -> Obj:
    """Refund a charge, whole or in part."""
    params = call.params
    charge = _charge(world, call)
    if not charge["captured"]:
        raise StripeRefusal("charge_not_captured", f"Charge {charge['id']} has not been captured; cancel the intent.")
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise StripeRefusal("charge_already_refunded", message)
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise StripeRefusal("amount_too_large", message, param="amount")
    refund = world.add(
        "re",
        "refund",
        amount=amount,
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        currency=charge["currency"],
        status="succeeded",
        reason=params.get("reason"),
    )
    refund["metadata"] = params.get("metadata") or {}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    paid = world.get("balance_transaction", charge["balance_transaction"])
    txn = world.move(None, "refund", -amount, charge["currency"], refund["id"], status=paid["status"])
    refund["balance_transaction"] = txn["id"]
    world.event("refund.created", refund)
    world.event("charge.refunded", charge)
    return refund


def _charge(world: World, call: Call) -> Obj:
    if charge_id := call.params.get("charge"):
        return world.get("charge", charge_id, call.account)
    if intent_id := call.params.get("payment_intent"):
        intent = world.get("payment_intent", intent_id, call.account)
        if intent["status"] == "succeeded":
            return world.get("charge", intent["latest_charge"], call.account)
        message = f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
        raise StripeRefusal("payment_intent_unexpected_state", message)
    message = "One of the following params should be provided for this request: payment_intent or charge."
    raise StripeRefusal("parameter_missing", message)


def fail_refund(world: World, refund: Obj) -> Obj:
    """Let a card's bank send a refund back, days after it succeeded: the money is on the balance again."""
    if refund["status"] != "succeeded":
        raise StripeRefusal("refund_not_succeeded", f"This refund is {refund['status']}.", status=409)
    charge = world.get("charge", refund["charge"])
    txn = world.move(None, "refund_failure", refund["amount"], refund["currency"], refund["id"])
    refund.update(status="failed", failure_reason="expired_or_canceled_card", failure_balance_transaction=txn["id"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    world.event("refund.updated", refund)
    world.event("refund.failed", refund)
    return refund


@endpoint("GET", "/refunds/{id}", "refund_retrieve")
def retrieve_refund(world: World, call: Call) -> Obj:
    """Show one refund."""
    return world.get("refund", call.ids["id"], call.account)


@endpoint("GET", "/refunds", "refund_list", "limit starting_after ending_before charge payment_intent")
def list_refunds(world: World, call: Call) -> Obj:
    """List refunds."""
    return paged(world, call, "refund", "/refunds", "charge", "payment_intent")
