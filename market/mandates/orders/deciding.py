"""People decide on an agent's order above the mandate's line: approved by signature, rejected, or lapsed in time."""

from contracts.agreements.commands import signed_by_own
from contracts.terms.conveyance import territory
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.states import Role
from kernel.time.clock import timestamp
from market.mandates import queries, rules
from market.mandates.errors import ApprovedByAgent, MandateApprovalOver
from market.mandates.models import Mandate, MandateOrder
from market.mandates.orders.charging import free, require_in_force
from market.mandates.orders.placing import place, require_within
from market.mandates.schemas import ApproveMandateOrder, MandateOrderView, RejectMandateOrder
from market.mandates.states import MANDATE_ORDER, MandateOrderAction, MandateOrderState
from market.orders.commands import ordered


async def approve(act: Act, mandate_order_id: str, data: ApproveMandateOrder) -> MandateOrderView:
    """Place what was reserved for; whoever holds no registered signing key of the principal approves nothing.

    It keeps to the mandate as it did when the agent asked: the data may have another grade by now. Raises
    MandateApprovalOver, MandateNotInForce, SigningKeyForeign, SignatureInvalid, ApprovedByAgent, OrderQuoteOver,
    OutsideMandate and AbovePerOrder, and whatever refuses the order itself: then it waits on, or is rejected.
    """
    row = await _own(act, mandate_order_id)
    MANDATE_ORDER.next(row.status, MandateOrderAction.APPROVE, Role.BUYER)
    if row.due_at is not None and row.due_at <= act.after_waiting():
        raise MandateApprovalOver(due_at=timestamp(row.due_at))
    mandate = await locked(act.session, Mandate, row.mandate_id)
    require_in_force(mandate, act.at)
    key = await signed_by_own(act, data.signing_key_id, data.signature, queries.approval(row).text)
    if rules.is_of_key(mandate.agent_jkt, key.public_key):
        raise ApprovedByAgent(signing_key_id=key.id)
    placed = await place(act, row)
    await require_within(act, mandate, placed, territory(ordered(placed).licence))
    row.order_id, row.due_at, row.decided_at, row.decided_by = placed.id, None, act.at, key.id
    facts = {"order": placed.id, "public_key": key.public_key, "signature": data.signature}
    await _advance(act, row, MandateOrderAction.APPROVE, Role.BUYER, **facts)
    return queries.order_view(row)


async def reject(act: Act, mandate_order_id: str, data: RejectMandateOrder) -> MandateOrderView:
    """Let it not be placed; what was reserved is free again."""
    row = await _own(act, mandate_order_id)
    MANDATE_ORDER.next(row.status, MandateOrderAction.REJECT, Role.BUYER)
    row.due_at, row.decided_at, row.decided_by, row.reason = None, act.at, act.actor.hand, data.reason
    await _advance(act, row, MandateOrderAction.REJECT, Role.BUYER, reason=data.reason)
    await free(act, row)
    return queries.order_view(row)


async def lapse(act: Act, mandate_order_id: str) -> bool:
    """Free what nobody has approved in time; says whether it waited until now."""
    row = await locked(act.session, MandateOrder, mandate_order_id)
    if row.status is not MandateOrderState.AWAITING_APPROVAL or row.due_at is None or row.due_at > act.at:
        return False
    row.due_at, row.decided_at = None, act.at
    await _advance(act.by(SYSTEM), row, MandateOrderAction.LAPSE, Role.SYSTEM)
    await free(act, row)
    return True


async def _advance(act: Act, row: MandateOrder, action: MandateOrderAction, role: Role, **facts: str) -> None:
    await lifecycle.advance(act, row, MANDATE_ORDER, action, role, parties=[row.principal], **facts)


async def _own(act: Act, mandate_order_id: str) -> MandateOrder:
    row = await locked(act.session, MandateOrder, mandate_order_id)
    queries.ORDERS.require_party(act.actor, mandate_order_id, row.principal)
    return row
