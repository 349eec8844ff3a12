"""Every access to what an order has bought is asked of the agreement's policy, with what the order knows."""

from datetime import datetime

from sqlalchemy import select

from contracts.agreements.licensing import agreed_policy
from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from contracts.metering import commands as metering
from contracts.metering.models import UsageRelease
from contracts.metering.schemas import Access, AccessDecisionView, FailedRule
from contracts.terms.prices import Meter
from contracts.usage.explanation import faults, reason
from contracts.usage.gate import AccessRequest, Standing, compiled, decide
from contracts.usage.tree import DutyKind, UsagePolicy
from kernel.act import Act
from market.delivery.errors import DeliveryMissing, DeliveryNotDue
from market.delivery.queries import PARTIES
from market.metering import commands as meters
from market.orders.models import Order
from market.orders.states import ENTITLING
from market.subscriptions.queries import of_agreement
from rights.grants.box import Grant
from rights.title.models import TitleGrant
from rights.title.onward import register


async def release(act: Act, order: Order, agreement: Agreement, access: Access, *, size_bytes: int = 0) -> UsageRelease:
    """Let the buyer have an access, count it, and charge it where the agreement's price is paid by use.

    Raises AccessRefused, naming the rule of the policy, and what the meters of a plan refuse; then nothing is released.
    """
    fulfilled, settled_at = _standing(act, agreement, order)
    made = await metering.release(act, agreement, access, fulfilled=fulfilled, settled_at=settled_at)
    subscription = await of_agreement(act.session, agreement.id)
    if subscription is not None:
        used = {Meter.CALL: made.calls, Meter.ROW: made.rows or 0, Meter.SECOND: made.seconds, Meter.BYTE: size_bytes}
        await meters.charge(act, subscription, used, event_id=made.id)
    return made


async def decision(act: Act, order_id: str, access: Access) -> AccessDecisionView:
    """What the gate would say of an access now, without making it, for both parties of an order.

    Raises DeliveryMissing for anybody else, and DeliveryNotDue while there is no agreement.
    """
    order = await act.session.scalar(select(Order).where(Order.id == order_id))
    if order is None or not PARTIES.admits(act.actor, order.buyer, order.provider):
        raise DeliveryMissing(order=order_id[:40])
    agreement = await of_order(act.session, order.id)
    if agreement is None:
        raise DeliveryNotDue(order_status=str(order.status), agreement_status="missing")
    policy, request, standing = await question(act, order, agreement, access)
    made = decide(compiled(policy), request, standing)
    failed = [] if made.permit else faults(policy, request, standing, made)
    return AccessDecisionView(
        permit=made.permit,
        rule=made.rule,
        factor=made.factor,
        reason=None if made.permit else reason(made, standing),
        failed=[FailedRule(fault.pointer, fault.detail) for fault in failed],
    )


async def question(
    act: Act, order: Order, agreement: Agreement, access: Access
) -> tuple[UsagePolicy, AccessRequest, Standing]:
    """What the gate is asked about an access now, and by which policy."""
    policy = metering.policy_of(agreement, act.at)
    request = await metering.asked(act, agreement, access)
    meter = await metering.meter_of(act.session, agreement.id)
    return policy, request, await metering.standing_of(act, agreement, meter, *_standing(act, agreement, order))


@register
async def onward(act: Act, link: TitleGrant, box: Grant) -> None:
    """A grant out of a licence is an access under its agreement: paid, not suspended, and under no prohibition.

    How far it may reach the chain of title has said. Each value of each side is asked of the gate; nothing is counted.
    Raises AccessRefused.
    """
    agreement = await act.session.get(Agreement, link.reference) if link.reference is not None else None
    if agreement is None or agreement.consumer != link.grantee_id:
        return
    order = await act.session.get_one(Order, agreement.order_id)
    meter = await metering.meter_of(act.session, agreement.id)
    standing = await metering.standing_of(act, agreement, meter, *_standing(act, agreement, order))
    for corner in sorted(_corners(box)):
        access = Access(action=corner[0], purpose=corner[1], place=corner[2], environment=corner[3], rows=0)
        metering.require(agreement, await metering.asked(act, agreement, access), standing)


def _corners(box: Grant) -> set[tuple[str, ...]]:
    """Each value of each side of a box once, beside the first of the others: action, purpose, place, environment."""
    sides = (box.actions, box.purposes, box.territory, box.environments)
    first = tuple(side[0] for side in sides)
    return {(*first[:at], value, *first[at + 1 :]) for at, side in enumerate(sides) for value in side}


def _standing(act: Act, agreement: Agreement, order: Order) -> tuple[frozenset[str], datetime | None]:
    """The duties to pay that the order has fulfilled, and since when its price is settled."""
    paid = order.paid_at is not None and order.status in ENTITLING
    duties = {duty.id for duty in agreed_policy(agreement, act.at).duties if duty.kind is DutyKind.PAY}
    return frozenset(duties if paid else ()), order.settled_at
