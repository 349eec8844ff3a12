"""What becomes of amendments with time: they take effect at their moment or fail then, and lapse when nobody signs."""

import msgspec
from sqlalchemy import select

from contracts.agreements import licensing
from contracts.agreements.licensing import Amended
from contracts.agreements.models import Agreement
from contracts.agreements.states import STANDING
from contracts.amendments import rules
from contracts.amendments.errors import AmendmentAwaitsSuccession
from contracts.amendments.models import Amendment
from contracts.amendments.states import AMENDMENT, OPEN, AmendmentAction, AmendmentState
from contracts.moments import Moment, arrived, follows
from contracts.terms.document import parsed
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one
from kernel.errors import DomainError
from kernel.states import Role
from rights.changes import lock_title


async def apply(act: Act, agreement: Agreement, row: Amendment) -> None:
    """Let the chain of title and the last day follow; the meters stay, so a limit below what was used refuses more."""
    terms = parsed(row.content["terms"])
    if terms.policy is None:
        agreement.licence_ends_on = terms.ends_on
    else:
        await licensing.rewrite_grant(act, agreement, licensing.granted_policy(agreement), terms.policy)
    agreement.amendments = [one | {"applied": one["applied"] or one["n"] == row.n} for one in agreement.amendments]
    await arrived(act.by(SYSTEM), Moment.AMENDED, agreement)
    facts = {"agreement": agreement.id, "digest": row.digest, "grant": agreement.grant_id}
    await lifecycle.advance(
        act.by(SYSTEM), row, AMENDMENT, AmendmentAction.TAKE_EFFECT, Role.SYSTEM, parties=row.parties, **facts
    )


async def take_effect(act: Act, amendment_id: str) -> bool:
    """At its moment an agreed amendment takes effect; says whether it was due.

    Where the agreement has ended meanwhile, or the title no longer carries it, it is void, and so is what was agreed on
    top of it; what stood before goes on standing. While the data passes on it waits for whoever is to provide.
    """
    agreement = await locked(act.session, Agreement, (await one(act.session, Amendment, amendment_id)).agreement_id)
    row = await locked(act.session, Amendment, amendment_id)
    if row.status is not AmendmentState.AGREED or row.effective_at is None or row.effective_at > act.at:
        return False
    if agreement.status not in STANDING:
        await _void(act, agreement, row, f"the agreement is {agreement.status}")
        return True
    try:
        await arrived(act, Moment.TO_BE_AMENDED, agreement)
    except AmendmentAwaitsSuccession:
        return False  # Whoever acquired the rights is about to be called, which puts it by.
    await hold_title(act, agreement)
    try:
        if (policy := parsed(row.content["terms"]).policy) is not None:
            await licensing.require_title_anew(act.session, agreement, policy, at=act.at)
    except DomainError as problem:
        await _void(act, agreement, row, f"{problem.rule}: {problem}"[:500])
    else:
        await apply(act, agreement, row)
    return True


async def hold_title(act: Act, agreement: Agreement) -> None:
    """Let nobody change the title that an agreement rests on; a contract on services rests on none."""
    if agreement.asset_id is not None:
        await lock_title(act.session, agreement.asset_id)


async def _void(act: Act, agreement: Agreement, row: Amendment, reason: str) -> None:
    agreement.amendments = [one for one in agreement.amendments if one["n"] < row.n]
    query = select(Amendment.id).where(
        Amendment.agreement_id == row.agreement_id, Amendment.n >= row.n, Amendment.status == AmendmentState.AGREED
    )
    for amendment_id in (await act.session.scalars(query.order_by(Amendment.n))).all():
        falls = await locked(act.session, Amendment, amendment_id)
        falls.end_reason = reason
        await lifecycle.advance(
            act.by(SYSTEM), falls, AMENDMENT, AmendmentAction.FAIL, Role.SYSTEM, parties=falls.parties, reason=reason
        )


async def lapse(act: Act, amendment_id: str) -> bool:
    """A proposal that was not signed in time has lapsed; says whether it has."""
    row = await locked(act.session, Amendment, amendment_id)
    if row.status not in OPEN or row.answer_due_at > act.at:
        return False
    await _lapse(act, row, "not signed in time")
    return True


async def put_by(act: Act, agreement: Agreement) -> list[Amended]:
    """Let what was agreed for later wait while nobody may grant it: its provider no longer can, the next does not yet.

    Gives what waits, in its order. It has no moment meanwhile, so that no reader and no sweep comes to it. The
    agreement is locked.
    """
    waiting = [one for one in licensing.amended(agreement) if not one.applied]
    agreement.amendments = [one for one in agreement.amendments if one["applied"]]
    for change in waiting:
        (await locked(act.session, Amendment, change.amendment_id)).effective_at = None
    return waiting


async def bring_back(act: Act, agreement: Agreement) -> None:
    """What was put by stands from the moment that was agreed, or from now where that has passed; see `put_by`."""
    waiting = (Amendment.status == AmendmentState.AGREED, Amendment.effective_at.is_(None))
    query = select(Amendment.id).where(Amendment.agreement_id == agreement.id, *waiting)
    for amendment_id in (await act.session.scalars(query.order_by(Amendment.n))).all():
        row = await locked(act.session, Amendment, amendment_id)
        row.effective_at = rules.effective(row.wanted_at, act.at)
        note(agreement, row)


def note(agreement: Agreement, row: Amendment) -> None:
    """Enter an amendment that both have signed in the agreement's own list, from its moment on."""
    assert row.effective_at is not None
    change = Amended(row.n, row.id, row.effective_at, row.digest, row.content["terms"])
    agreement.amendments = [*agreement.amendments, msgspec.to_builtins(change)]


@follows(Moment.SUCCEEDED)
async def lapse_of_predecessor(act: Act, agreement: Agreement) -> None:
    """Whoever no longer provides changes nothing: what waits for its signature has lapsed."""
    query = select(Amendment).where(Amendment.agreement_id == agreement.id, Amendment.status.in_(OPEN))
    if (row := await find_locked(act.session, query)) is not None:
        await _lapse(act, row, "the agreement has another provider")


async def _lapse(act: Act, row: Amendment, reason: str) -> None:
    row.end_reason = reason
    await lifecycle.advance(act.by(SYSTEM), row, AMENDMENT, AmendmentAction.LAPSE, Role.SYSTEM, parties=row.parties)
    await act.session.flush()  # Its place is free before another takes it.
