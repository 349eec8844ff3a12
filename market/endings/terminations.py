"""Ending an agreement that binds: notice, its answer or the time to make good, and what the end does to the money."""

from typing import Final

import msgspec
from sqlalchemy import select

from contracts.agreements import commands as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE, role_of
from contracts.agreements.states import STANDING
from contracts.obligations.models import Obligation
from contracts.obligations.states import ObligationState
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.rules import policy
from kernel.states import Role
from kernel.time.clock import end_of_day_in_china, timestamp
from kernel.time.workdays import add_working_days
from kernel.views.audience import Audience
from kernel.views.projection import shown
from market.endings.commands import call_off, pay_back
from market.endings.errors import (
    WHY_UNFOUNDED,
    AgreementNotBinding,
    BreachNotRefused,
    NotYoursToAnswer,
    TerminationOver,
    TerminationPending,
    TerminationUnfounded,
)
from market.endings.models import Termination
from market.endings.schemas import AnswerTermination, TerminateAgreement, TerminationView
from market.endings.states import TERMINATION, TerminationAction, TerminationState
from market.orders.models import Order
from market.orders.states import OrderState

ENDS: Final = "LT-END-01"
"""The rule by which an agreement is ended by its parties."""


AUDIENCE_OF_NOTICES: Final = Audience("termination", AUDIENCE.offices)
"""Who may see a notice: who may see the agreement."""


class TerminationDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the other side has to answer, or to make a breach good."""

    answer_working_days: int
    cure_working_days: int


DAYS: Final = policy.load("termination", TerminationDays, "market.endings")


async def give_notice(act: Act, agreement_id: str, data: TerminateAgreement) -> TerminationView:
    """Give notice that an agreement is to end; what a consumer gives up ends at once.

    Raises NotFound for a stranger, AgreementNotBinding, TerminationPending, and TerminationUnfounded saying why.
    """
    order, agreement = await _locked(act, agreement_id)
    role = role_of(agreement, act.actor.party)
    if role is None:
        raise NotFound(kind="agreement", id=agreement_id)
    if agreement.status not in STANDING:
        raise AgreementNotBinding(agreement=agreement_id, state=str(agreement.status))
    open_ = await act.session.scalar(
        select(Termination).where(
            Termination.agreement_id == agreement_id, Termination.status == TerminationState.NOTICED
        )
    )
    if open_ is not None:
        raise TerminationPending(termination=open_.id, until=f"{open_.due_at}")
    await _require_ground(act, agreement, order, role, data)
    days = DAYS.at(act.today).body
    waits = days.cure_working_days if data.ground == "breach" else days.answer_working_days
    row = Termination(
        id=ids.new("trm"),
        agreement_id=agreement_id,
        order_id=None if order is None else order.id,
        by=act.actor.party or "",
        ground=data.ground,
        obligation_id=data.obligation_id,
        reason=data.reason,
        answer=None,
        due_at=end_of_day_in_china(add_working_days(act.today, waits).on),
        created_at=act.at,
    )
    facts = {"agreement": agreement_id, "ground": data.ground, "reason": data.reason, "rule": ENDS}
    await lifecycle.begin(act, row, TERMINATION, parties=agreement.parties, **facts)
    if data.ground == "given-up":
        await _end(act, row, agreement, order, TerminationAction.TAKE_EFFECT, role)
    return _view(act, row, agreement)


async def _require_ground(
    act: Act, agreement: Agreement, order: Order | None, role: Role, data: TerminateAgreement
) -> None:
    """Raise TerminationUnfounded; either side gives up a contract on services at any time (民法典 arts. 933, 966)."""
    settled = order is None or order.status in (OrderState.ACCEPTED, OrderState.SETTLED)
    why: str | None = None
    if data.ground == "given-up":
        why = None if order is None or (role is Role.BUYER and settled) else "given-up"
    elif data.ground == "breach":
        row = await act.session.get(Obligation, data.obligation_id or "")
        stands = row is not None and row.agreement_id == agreement.id and row.status is ObligationState.BREACHED
        if not stands or row is None or row.beneficiary != act.actor.party:
            why = "breach"
        elif not settled and role is not Role.BUYER:
            why = "unsettled"
    if data.ground != "breach" and data.obligation_id is not None:
        why = "breach"
    if why is not None:
        raise TerminationUnfounded(why=WHY_UNFOUNDED[why])


async def answer(act: Act, termination_id: str, data: AnswerTermination) -> TerminationView:
    """The other side agrees or refuses, or whoever gave notice withdraws it.

    Raises NotYoursToAnswer, TerminationOver once its time is over, and BreachNotRefused.
    """
    ids.require("trm", termination_id)
    found = await one(act.session, Termination, termination_id)
    seen = await one(act.session, Agreement, found.agreement_id)
    AUDIENCE_OF_NOTICES.require(act.actor, termination_id, seen.provider, seen.consumer)
    order, agreement = await _locked(act, found.agreement_id)
    row = await locked(act.session, Termination, termination_id)
    role = role_of(agreement, act.actor.party)
    if role is None:
        raise NotFound(kind="termination", id=termination_id)
    if (data.answer == "withdraw") is not (row.by == act.actor.party):
        raise NotYoursToAnswer
    _require_answerable(act, row, data)
    row.answer = data.reason
    if data.answer == "agree":
        await _end(act, row, agreement, order, TerminationAction.AGREE, role)
    else:
        await _step(act, row, agreement, TerminationAction(data.answer), role)
    return _view(act, row, agreement)


def _require_answerable(act: Act, row: Termination, data: AnswerTermination) -> None:
    if row.status is not TerminationState.NOTICED:
        return  # The machine says what became of it.
    due_at = timestamp(row.due_at)
    if row.due_at <= act.after_waiting():
        raise TerminationOver(termination=row.id, due_at=due_at)
    if row.ground == "breach" and data.answer == "refuse":
        raise BreachNotRefused(obligation=row.obligation_id, due_at=due_at)


async def time_over(act: Act, termination_id: str) -> bool:
    """The end of the time that a notice gave: a breach that still stands ends the agreement, all else lapses.

    Says whether it was still open.
    """
    found = await one(act.session, Termination, termination_id)
    order = await _order(act, found.order_id)
    agreement = await locked(act.session, Agreement, found.agreement_id)
    row = await locked(act.session, Termination, termination_id)
    if row.status is not TerminationState.NOTICED or row.due_at > act.at:
        return False
    breach = await act.session.get(Obligation, row.obligation_id) if row.obligation_id is not None else None
    stands = breach is not None and breach.status is ObligationState.BREACHED and agreement.status in STANDING
    if stands:
        await _end(act.by(SYSTEM), row, agreement, order, TerminationAction.TAKE_EFFECT, Role.SYSTEM)
    else:
        row.answer = "the breach was made good" if breach is not None else "nobody answered in time"
        await _step(act.by(SYSTEM), row, agreement, TerminationAction.LAPSE, Role.SYSTEM)
    return True


async def _end(
    act: Act, row: Termination, agreement: Agreement, order: Order | None, action: TerminationAction, role: Role
) -> None:
    """The notice takes effect: access ends at once; money in escrow goes back, what is settled stays settled.

    What was not paid yet is not to be paid any more: its order is cancelled, and an open payment closed.
    """
    await _step(act, row, agreement, action, role)
    reason = f"terminated ({row.ground}): {row.reason}"
    if order is None:
        await agreements.terminate(act, agreement.id, reason)
    elif order.status in (OrderState.PAID, OrderState.DELIVERED):
        await pay_back(act, order, reason, rule=ENDS)
    elif order.status is OrderState.PLACED:
        await call_off(act, order, reason, rule=ENDS)
    else:
        await agreements.terminate(act, agreement.id, reason)


async def _step(act: Act, row: Termination, agreement: Agreement, action: TerminationAction, role: Role) -> None:
    told = {"agreement": agreement.id, **({"reason": row.answer} if row.answer else {})}
    await lifecycle.advance(act, row, TERMINATION, action, role, parties=agreement.parties, **told)


async def _order(act: Act, order_id: str | None) -> Order | None:
    """The order that an agreement came of, locked; a contract on services has none."""
    return None if order_id is None else await locked(act.session, Order, order_id)


async def _locked(act: Act, agreement_id: str) -> tuple[Order | None, Agreement]:
    """An agreement of the actor's and its order, the order locked first as everywhere; raises NotFound for others."""
    seen = await one(act.session, Agreement, ids.require("agr", agreement_id))
    AUDIENCE.require(act.actor, agreement_id, seen.provider, seen.consumer)
    order = await _order(act, seen.order_id)
    return order, await locked(act.session, Agreement, agreement_id)


async def of_agreement(act: Act, agreement_id: str) -> list[TerminationView]:
    """Every notice that was given under an agreement, newest first."""
    agreement = await one(act.session, Agreement, agreement_id)
    AUDIENCE.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    query = select(Termination).where(Termination.agreement_id == agreement_id).order_by(Termination.id.desc())
    return [_view(act, row, agreement) for row in await act.session.scalars(query.limit(100))]


def _view(act: Act, row: Termination, agreement: Agreement) -> TerminationView:
    actions: list[str] = []
    open_ = row.status is TerminationState.NOTICED and act.at < row.due_at
    if open_ and role_of(agreement, act.actor.party) is not None:
        answers = ["agree"] if row.ground == "breach" else ["agree", "refuse"]
        actions = ["withdraw"] if row.by == act.actor.party else answers
    return shown(row, TerminationView, allowed_actions=actions)
