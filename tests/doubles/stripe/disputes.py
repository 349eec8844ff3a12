"""Disputes of charges: a card's bank takes a payment back, with a fee; won it comes back, in a second movement."""

import time

from .errors import StripeRefusal
from .routing import endpoint, paged
from .world import Call, Obj, World, visible

FEE = 1500
"""What a dispute costs, in minor units; it stays with the double as it does at Stripe."""

DUE_SECONDS = 7 * 24 * 3600


def open_dispute(world: World, charge: Obj, *, warning: bool, reason: str) -> Obj:
    """Let the card's holder go to its bank; a warning takes no money."""
    if charge["disputed"]:
        raise StripeRefusal("charge_disputed", "This charge is disputed already.", status=409)
    dispute = world.add(
        "du",
        "dispute",
        amount=charge["amount_captured"] - charge["amount_refunded"],
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        currency=charge["currency"],
        reason=reason,
        status="warning_needs_response" if warning else "needs_response",
        is_charge_refundable=warning,
        balance_transactions=[],
        evidence={},
        evidence_details={"due_by": int(time.time()) + DUE_SECONDS, "has_evidence": False, "submission_count": 0},
    )
    charge["disputed"] = True
    world.event("charge.dispute.created", dispute)
    if not warning:
        _withdraw(world, dispute)
    return dispute


def escalate(world: World, dispute: Obj) -> Obj:
    """Let a warning become a dispute: now the money is taken."""
    if not dispute["status"].startswith("warning_") or dispute["status"] == "warning_closed":
        raise StripeRefusal("dispute_not_warned", f"This dispute is {dispute['status']}.", status=409)
    dispute.update(status="needs_response", is_charge_refundable=False)
    world.event("charge.dispute.updated", dispute)
    _withdraw(world, dispute)
    return dispute


def _withdraw(world: World, dispute: Obj) -> None:
    txn = world.move(None, "adjustment", -dispute["amount"], dispute["currency"], dispute["id"], fee=FEE)
    dispute["balance_transactions"].append(visible(txn))
    world.event("charge.dispute.funds_withdrawn", dispute)


def decide(world: World, dispute: Obj, *, won: bool) -> Obj:
    """Let the card's bank decide; what is won comes back."""
    if dispute["status"] not in ("needs_response", "under_review"):
        raise StripeRefusal("dispute_not_open", f"This dispute is {dispute['status']}.", status=409)
    dispute["status"] = "won" if won else "lost"
    if won:
        txn = world.move(None, "adjustment", dispute["amount"], dispute["currency"], dispute["id"])
        dispute["balance_transactions"].append(visible(txn))
        world.event("charge.dispute.funds_reinstated", dispute)
    world.event("charge.dispute.closed", dispute)
    return dispute


@endpoint("POST", "/disputes/{id}", "dispute_update", "evidence submit")
def update_dispute(world: World, call: Call) -> Obj:
    """Stage evidence, or submit it once."""
    dispute = world.get("dispute", call.ids["id"])
    if dispute["evidence_details"]["submission_count"] or dispute["status"] != "needs_response":
        raise StripeRefusal("dispute_evidence_not_editable", "This dispute takes no evidence any more.")
    dispute["evidence"] |= call.params.get("evidence") or {}
    dispute["evidence_details"]["has_evidence"] = bool(dispute["evidence"])
    if call.params.get("submit", True):
        dispute["evidence_details"]["submission_count"] = 1
        dispute["status"] = "under_review"
    world.event("charge.dispute.updated", dispute)
    return dispute


@endpoint("POST", "/disputes/{id}/close", "dispute_close")
def close_dispute(world: World, call: Call) -> Obj:
    """Accept the loss."""
    return decide(world, world.get("dispute", call.ids["id"]), won=False)


@endpoint("GET", "/disputes/{id}", "dispute_retrieve")
def retrieve_dispute(world: World, call: Call) -> Obj:
    """Show one dispute."""
    return world.get("dispute", call.ids["id"])


@endpoint("GET", "/disputes", "dispute_list", "limit starting_after ending_before charge payment_intent")
def list_disputes(world: World, call: Call) -> Obj:
    """List disputes."""
    return paged(world, call, "dispute", "/disputes", "charge", "payment_intent")
