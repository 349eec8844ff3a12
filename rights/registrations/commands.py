"""A case from application to decision; the certificate is in `certify`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.clock import Clock, day_in_china
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.identity.actor import SYSTEM, Actor
from kernel.identity.models import Party
from kernel.states import Role
from kernel.storage.models import StoredFile
from kernel.storage.rules import Purpose
from kernel.workdays import Deadline
from rights.assets.models import Asset
from rights.assets.queries import Revision, revision
from rights.registrations import deadlines, policy, rules
from rights.registrations.claims import claim_content
from rights.registrations.errors import AcceptanceDeemed, DecisionFaulty, faulty
from rights.registrations.models import Registration, RegistrationEvidence
from rights.registrations.queries import registration_view
from rights.registrations.schemas import (
    ApplyForRegistration,
    DecideAcceptance,
    PieceOfEvidence,
    RegistrationView,
    ReviewRegistration,
    WithdrawRegistration,
)
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.terms import Form, SourceKind, in_order

BATCH: Final = 200


async def apply(session: AsyncSession, actor: Actor, data: ApplyForRegistration, *, clock: Clock) -> RegistrationView:
    """Apply for the registration of rights in a revision of one's own asset; every fault is told at once."""
    now = clock.now()
    content = await revision(session, data.revision_id)
    asset = await one(session, Asset, content.asset_id)
    if asset.party_id != actor.party:
        raise NotFound(kind="revision", id=data.revision_id)
    files = await _evidence_files(session, actor, data.evidence)
    applicant = await one(session, Party, asset.party_id)
    _check(data, applicant, asset, files, now)
    row = _case(data, asset, content, now)
    await claim_content(session, row, at=now)
    await lifecycle.begin(
        session,
        row,
        REGISTRATION,
        actor,
        at=now,
        revision=row.revision_id,
        content_sha256=row.content_sha256,
        rights=row.rights,
        title_basis=row.title_basis,
        evidence=[{"kind": piece.kind, "sha256": files[piece.file_id].sha256} for piece in data.evidence],
    )
    session.add_all(_evidence(row, data.evidence, files, now))
    await session.flush()  # The view reads the evidence back.
    return await registration_view(session, actor, row, clock=clock)


async def _evidence_files(
    session: AsyncSession, actor: Actor, pieces: Sequence[PieceOfEvidence]
) -> dict[str, StoredFile]:
    wanted = [piece.file_id for piece in pieces]
    rows = await session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted), StoredFile.owner == actor.party))
    return {row.id: row for row in rows}


def _check(
    data: ApplyForRegistration, applicant: Party, asset: Asset, files: dict[str, StoredFile], at: datetime
) -> None:
    today = day_in_china(at)
    claim = rules.Claim(
        party_kind=applicant.kind,
        source_kind=SourceKind(asset.source_kind),
        form=Form(asset.form),
        title_basis=data.title_basis,
        rights=tuple(data.rights),
    )
    pieces = [_piece(piece, files.get(piece.file_id)) for piece in data.evidence]
    faults = rules.claim_faults(claim, pieces, policy.MATRIX.at(today).body, policy.EVIDENCE.at(today).body)
    if faults:
        raise faulty(faults)


def _piece(piece: PieceOfEvidence, file: StoredFile | None) -> rules.Piece:
    return rules.Piece(
        kind=piece.kind,
        file_known=file is not None,
        for_evidence=file is not None and file.purpose == Purpose.EVIDENCE,
        size_bytes=file.size_bytes if file is not None else 0,
    )


def _case(data: ApplyForRegistration, asset: Asset, content: Revision, at: datetime) -> Registration:
    today = day_in_china(at)
    due = deadlines.acceptance_due(today, policy.CLOCKS.at(today).body)
    refs = [policies.at(today).ref for policies in (policy.CLOCKS, policy.MATRIX, policy.EVIDENCE)]
    return Registration(
        id=ids.new("reg"),
        type=data.type,
        party_id=asset.party_id,
        asset_id=asset.id,
        revision_id=content.id,
        content_sha256=content.content_sha256,
        source_kind=asset.source_kind,
        title_basis=data.title_basis,
        rights=[str(right) for right in in_order(data.rights)],
        restrictions=data.restrictions,
        submitted_on=today,
        acceptance_due_on=due.on,
        due_on=due.on,
        provisional=["acceptance_due_on"] if due.provisional else [],
        grounds=[],
        policies=[msgspec.to_builtins(ref) for ref in refs],
        created_at=at,
    )


def _evidence(
    row: Registration, pieces: Sequence[PieceOfEvidence], files: dict[str, StoredFile], at: datetime
) -> list[RegistrationEvidence]:
    until = deadlines.kept_until(at, clocks_of(row))
    return [
        RegistrationEvidence(
            id=ids.new("evd"),
            registration_id=row.id,
            kind=piece.kind,
            file_id=piece.file_id,
            name=files[piece.file_id].name,
            sha256=files[piece.file_id].sha256,
            size_bytes=files[piece.file_id].size_bytes,
            retention_until=until,
            created_at=at,
        )
        for piece in pieces
    ]


def clocks_of(row: Registration) -> policy.Clocks:
    """The clocks that the case is under: those in force when it was submitted."""
    return policy.CLOCKS.at(row.submitted_on).body


def role_of(actor: Actor) -> Role:
    """The role in which an actor moves a case."""
    return Role.REGISTRAR if actor.has(Role.REGISTRAR) else Role.PROVIDER


async def step(
    session: AsyncSession,
    actor: Actor,
    row: Registration,
    action: RegistrationAction,
    role: Role,
    *,
    at: datetime,
    **facts: Any,
) -> None:
    """Move the case and tell its applicant."""
    await lifecycle.advance(session, row, REGISTRATION, action, actor, role, at=at, parties=[row.party_id], **facts)


def set_due(row: Registration, name: str, deadline: Deadline) -> None:
    """Store a due date, and whether it is provisional."""
    setattr(row, name, deadline.on)
    others = [known for known in row.provisional if known != name]
    row.provisional = [*others, name] if deadline.provisional else others


async def decide_acceptance(
    session: AsyncSession, actor: Actor, registration_id: str, data: DecideAcceptance, *, clock: Clock
) -> RegistrationView:
    """Accept or reject an application; once silence has become acceptance it cannot be rejected (art. 17)."""
    now = clock.now()
    row = await locked(session, Registration, ids.require("reg", registration_id))
    rejecting = data.decision == "reject"
    _check_grounds(rejecting, data.grounds, "acceptance", now)
    action = RegistrationAction(data.decision)
    REGISTRATION.next(row.status, action, role_of(actor))
    deemed = deadlines.deemed_accepted(row.acceptance_due_on).on
    if rejecting and day_in_china(now) >= deemed:
        raise AcceptanceDeemed(on=deemed.isoformat())
    await step(session, actor, row, action, role_of(actor), at=now, reason=data.reason, grounds=data.grounds)
    row.grounds, row.decision_reason = data.grounds, data.reason
    if rejecting:
        row.due_on = None
    else:
        _start_case(row, now)
    return await registration_view(session, actor, row, clock=clock)


def _start_case(row: Registration, at: datetime) -> None:
    """Start the clock of the whole case from the day that counts as the day of acceptance."""
    row.accepted_on = deadlines.accepted_on(day_in_china(at), row.acceptance_due_on)
    set_due(row, "case_due_on", deadlines.case_due(row.accepted_on, clocks_of(row)))
    row.due_on = row.case_due_on


def _check_grounds(refusing: bool, codes: list[str], stage: policy.Stage, at: datetime) -> None:
    faults = rules.ground_faults(refusing, codes, stage, policy.GROUNDS.at(day_in_china(at)).body)
    if faults:
        raise DecisionFaulty(errors=faults)


async def accept_silent(session: AsyncSession, *, clock: Clock) -> int:
    """Accept what the registrar has been silent about for too long; returns how many."""
    now = clock.now()
    silent = select(Registration).where(
        Registration.status == RegistrationState.SUBMITTED, Registration.acceptance_due_on < day_in_china(now)
    )
    rows = (
        await session.scalars(
            silent.order_by(Registration.acceptance_due_on, Registration.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    ).all()
    due = [row for row in rows if deadlines.deemed_accepted(row.acceptance_due_on).on <= day_in_china(now)]
    for row in due:
        await step(session, SYSTEM, row, RegistrationAction.ACCEPT, Role.SYSTEM, at=now, silence=True)
        row.decision_reason = "逾期未告知，视为受理 · accepted by silence (GUIDE art. 17)"
        _start_case(row, now)
    return len(due)


async def review(
    session: AsyncSession, actor: Actor, registration_id: str, data: ReviewRegistration, *, clock: Clock
) -> RegistrationView:
    """Approve a case whose every review item passed, or refuse it on published grounds (arts. 18 to 22)."""
    now = clock.now()
    row = await locked(session, Registration, ids.require("reg", registration_id))
    refusing = data.decision == "refuse"
    checklist: dict[str, bool] = msgspec.to_builtins(data.checklist)
    faults = rules.ground_faults(refusing, data.grounds, "review", policy.GROUNDS.at(day_in_china(now)).body)
    faults += rules.checklist_faults(refusing, checklist)
    if faults:
        raise DecisionFaulty(errors=faults)
    action = RegistrationAction(data.decision)
    facts = {"reason": data.reason, "grounds": data.grounds, "checklist": checklist}
    await step(session, actor, row, action, role_of(actor), at=now, **facts)
    row.checklist, row.grounds, row.decision_reason = checklist, data.grounds, data.reason
    if refusing:
        row.due_on = None
    return await registration_view(session, actor, row, clock=clock)


async def withdraw(
    session: AsyncSession, actor: Actor, registration_id: str, data: WithdrawRegistration, *, clock: Clock
) -> RegistrationView:
    """Take an application back; the content is free again."""
    row = await locked(session, Registration, ids.require("reg", registration_id))
    if row.party_id != actor.party:
        raise NotFound(kind="registration", id=registration_id)
    await step(session, actor, row, RegistrationAction.WITHDRAW, Role.PROVIDER, at=clock.now(), reason=data.reason)
    row.decision_reason, row.due_on = data.reason, None
    return await registration_view(session, actor, row, clock=clock)
