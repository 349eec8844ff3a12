"""Asking the gate about an access under an agreement, and releasing it: decided and counted in one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import agreed_policy, ends_on, purpose_of
from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from contracts.metering.models import UsageMeter, UsageRelease
from contracts.metering.places import registered_place
from contracts.metering.schemas import Access
from contracts.obligations.queries import overdue
from contracts.usage.errors import AccessRefused
from contracts.usage.explanation import faults, reason
from contracts.usage.gate import AccessRequest, Decision, Standing, State, compiled, decide
from contracts.usage.licences import ended
from contracts.usage.tree import DutyKind, UsagePolicy
from kernel import ids
from kernel.act import Act
from kernel.db import locked, one
from kernel.identity.models import Party
from kernel.log.record import record
from rights.assets.models import RevisionMeasure
from rights.title.rules import party_term


def policy_of(row: Agreement, at: datetime) -> UsagePolicy:
    """What an agreement permits at a moment: by what both have signed until then, and not beyond its licence."""
    return ended(agreed_policy(row, at), ends_on(row, at))


async def asked(act: Act, row: Agreement, access: Access) -> AccessRequest:
    """An access of the consumer's as the gate is asked about it; what is left out is taken from the agreement.

    The purpose is the one that was declared, the place that of the consumer's registration, and the rows are those of
    the revision, which are unknown where nobody has counted them.
    """
    consumer = await one(act.session, Party, row.consumer)
    revision = access.revision_id or row.revision_id
    measured = await act.session.get(RevisionMeasure, revision)
    return AccessRequest(
        asset=row.licensed.asset_id,
        revision=revision,
        action=access.action,
        at=act.at,
        purpose=access.purpose or purpose_of(row, act.at),
        place=access.place or registered_place(consumer.uscc, agreed_policy(row, act.at).vocabulary),
        environment=access.environment,
        recipient=(party_term(row.consumer),),
        calls=access.calls,
        rows=access.rows if access.rows is not None else measured.record_count if measured is not None else None,
        seconds=access.seconds,
    )


async def release(
    act: Act, row: Agreement, access: Access, *, fulfilled: Collection[str], settled_at: datetime | None
) -> UsageRelease:
    """Let the consumer have an access and count it; raises AccessRefused, which names the rule of the policy.

    The meter is locked until the unit ends, so accesses at one time are decided one after the other.
    """
    values = {"agreement_id": row.id, "calls": 0, "rows": 0, "seconds": 0}
    await act.session.execute(insert(UsageMeter).values(values).on_conflict_do_nothing())
    meter = await locked(act.session, UsageMeter, row.id)
    request = await asked(act, row, access)
    decision = require(row, request, await standing_of(act, row, meter, fulfilled, settled_at))
    meter.calls += request.calls
    meter.rows += request.rows or 0
    meter.seconds += request.seconds or 0
    meter.first_access_at = meter.first_access_at or act.at
    made = UsageRelease(
        id=ids.new("rls"),
        agreement_id=row.id,
        party_id=act.actor.party,
        rule=decision.rule,
        revision_id=request.revision,
        action=request.action,
        purpose=request.purpose,
        place=request.place,
        environment=request.environment,
        calls=request.calls,
        rows=request.rows,
        seconds=request.seconds or 0,
        at=act.at,
    )
    act.session.add(made)
    facts = {"release": made.id, "rule": made.rule, "calls": meter.calls, "rows": meter.rows, "seconds": meter.seconds}
    record(act, "contracts.usage.released", row.id, parties=[row.provider, row.consumer], facts=facts)
    return made


def require(row: Agreement, request: AccessRequest, standing: Standing) -> Decision:
    """The gate's decision, if it permits; raises AccessRefused."""
    policy = policy_of(row, request.at)
    decision = decide(compiled(policy), request, standing)
    if not decision.permit:
        raise AccessRefused(
            errors=faults(policy, request, standing, decision), agreement=row.id, reason=reason(decision, standing)
        )
    return decision


_STATES: Final = {AgreementState.IN_FORCE: State.IN_FORCE, AgreementState.SUSPENDED: State.SUSPENDED}


async def meter_of(session: AsyncSession, agreement_id: str) -> UsageMeter:
    """The meters of an agreement as they stand; all at nothing before the first access."""
    row = await session.get(UsageMeter, agreement_id)
    return row or UsageMeter(
        agreement_id=agreement_id, calls=0, calls_reserved=0, rows=0, seconds=0, first_access_at=None
    )


async def standing_of(
    act: Act, row: Agreement, meter: UsageMeter, fulfilled: Collection[str], settled_at: datetime | None
) -> Standing:
    """How an agreement stands, for the gate: signing acknowledged its terms, what is overdue stands in the calendar."""
    acknowledged = {duty.id for duty in agreed_policy(row, act.at).duties if duty.kind is DutyKind.ACKNOWLEDGE}
    return Standing(
        state=_STATES.get(row.status, State.ENDED),
        calls=meter.calls + meter.calls_reserved,
        rows=meter.rows,
        seconds=meter.seconds,
        first_access=meter.first_access_at,
        settled_at=settled_at,
        fulfilled=frozenset(fulfilled) | acknowledged,
        overdue=await overdue(act.session, row.id, act.at),
    )
