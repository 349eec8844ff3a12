"""Subsequent registrations (后续登记): transfer, change, renewal, correction, cancellation, record of a licence."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import FieldError, NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.states import Role
from kernel.time.clock import day_in_china
from rights.assets.models import Asset
from rights.assets.queries import revision
from rights.assets.rules import FORM, description_faults
from rights.cases.applications import transfers
from rights.cases.applications.commands.initial import begin, new_case
from rights.cases.applications.rules import scope_faults
from rights.cases.applications.schemas import (
    ApplyForCancellation,
    ApplyForChange,
    ApplyForCorrection,
    ApplyForRenewal,
    ApplyForTransfer,
    RecordLicence,
    SubsequentApplication,
)
from rights.cases.queries import registration_view
from rights.cases.requirements import claim_content, require_unencumbered
from rights.cases.schemas import RegistrationView
from rights.certificates.commands import check_ground
from rights.certificates.models import Certificate
from rights.certificates.queries import by_name, in_force
from rights.registrations import deadlines, evidence, policy, rules
from rights.registrations.errors import (
    CertificateNotInForce,
    NotTheHolder,
    RenewalOutsideWindow,
    TypeNotOffered,
    refuse,
)
from rights.registrations.models import Registration
from rights.registrations.states import RegistrationAction
from rights.registrations.steps import role_of, step
from rights.terms import Form, Right, SourceKind, in_order


async def apply_about_certificate(act: Act, certificate_id: str, data: SubsequentApplication) -> RegistrationView:
    """Apply for a later registration of a certificate in force; every fault is told at once."""
    certificate = await by_name(act.session, certificate_id)
    if certificate is None:
        raise NotFound(kind="certificate", id=certificate_id[:40])
    kind = _type(certificate, data, act.at)
    await _require_entitled(act, certificate, data)
    asset = await one(act.session, Asset, certificate.asset_id)
    files = await evidence.own_files(act, [piece.file_id for piece in data.evidence])
    row = await _case(act, certificate, asset, data)
    conditions = [
        *await _conditions(act.session, row, asset, act.at),
        *await transfers.evidence_needed(act.session, row),
    ]
    needed = [*kind.evidence, *conditions]
    kinds = policy.EVIDENCE.at(act.today).body
    pieces = evidence.pieces_of(data.evidence, files)
    refuse(
        [
            *await _faults(act, certificate, asset, row, data),
            *rules.evidence_faults(pieces, needed, kind.evidence_any, kinds),
        ]
    )
    await claim_content(act, row)
    if row.type == "transfer":
        await transfers.require_transferable(act, row)
    view = await begin(act, row, data.evidence, files)
    if row.type != "transfer":
        return view
    await step(act, row, RegistrationAction.AWAIT, role_of(act.actor))
    return await registration_view(act, row)


def _type(certificate: Certificate, data: SubsequentApplication, at: datetime) -> policy.RegistrationType:
    code = _code(data)
    kind = policy.PROCEDURE.at(day_in_china(at)).body.find(certificate.regime, code)
    if kind is None:
        raise TypeNotOffered(regime=certificate.regime, type=code)
    return kind


def _code(data: SubsequentApplication) -> str:
    return str(data.__struct_config__.tag)


async def _require_entitled(act: Act, certificate: Certificate, data: SubsequentApplication) -> None:
    """Who may apply and when: the holder, of a certificate in force; a correction is open to whoever is interested."""
    if not isinstance(data, ApplyForCorrection) and certificate.party_id != act.actor.party:
        raise NotTheHolder(number=certificate.number)
    if not in_force(certificate, act.at):
        raise CertificateNotInForce(number=certificate.number)
    if isinstance(data, ApplyForTransfer):
        transfers.require_all_rights(certificate.rights, data.rights)
    if isinstance(data, ApplyForTransfer | ApplyForCancellation):
        await require_unencumbered(act.session, certificate.asset_id, act.today)
    if isinstance(data, ApplyForCancellation):
        check_ground(data.ground, "holder", act.at)
    if isinstance(data, ApplyForRenewal):
        today = act.today
        window = policy.CLOCKS.at(today).body.of(certificate.regime).renewal
        opens, closes = deadlines.renewal_window(certificate.valid_until, window)
        if not opens <= today <= closes:
            raise RenewalOutsideWindow(number=certificate.number, opens=opens.isoformat(), closes=closes.isoformat())


async def _case(act: Act, certificate: Certificate, asset: Asset, data: SubsequentApplication) -> Registration:
    """The case as it is applied for; what an application does not touch is as the certificate has it."""
    revision_id, rights, restrictions = certificate.revision_id, certificate.rights, certificate.restrictions
    scope = certificate.scope
    over: dict[str, Any] = {}
    match data:
        case ApplyForTransfer():
            over |= {"counterparty_id": data.transferee_id, "consents": list(dict.fromkeys(data.consents))}
        case RecordLicence():
            over["counterparty_id"] = data.licensee_id
        case ApplyForCancellation():
            over["ground"] = data.ground
        case ApplyForCorrection():
            over["proposed"] = msgspec.to_builtins(data.description)
        case ApplyForChange():
            revision_id = data.revision_id or revision_id
            rights = [str(right) for right in in_order(data.rights)] if data.rights is not None else rights
            restrictions = data.restrictions if data.restrictions is not None else restrictions
            scope = msgspec.to_builtins(data.scope) if data.scope is not None else scope
            over["proposed"] = msgspec.to_builtins(data.description) if data.description is not None else {}
    old = await one(act.session, Registration, certificate.registration_id)
    return new_case(
        asset,
        await revision(act.session, revision_id),
        act.at,
        regime=certificate.regime,
        kind=_code(data),
        certificate_id=certificate.id,
        party_id=act.actor.party,
        title_basis=certificate.title_basis,
        rights=rights,
        restrictions=restrictions,
        scope=scope,
        reason=data.reason,
        public_sources=old.public_sources,
        outside_sources=old.outside_sources,
        agreement_until=old.agreement_until,
        waiver_reason=data.notice_waiver,
        **over,
    )


async def _claim(session: AsyncSession, row: Registration, asset: Asset) -> rules.Claim:
    return rules.Claim(
        party_kind=(await one(session, Party, asset.party_id)).kind,
        source_kind=SourceKind(asset.source_kind),
        form=Form(asset.form),
        title_basis=row.title_basis,
        rights=tuple(Right(code) for code in row.rights),
    )


async def _conditions(session: AsyncSession, row: Registration, asset: Asset, at: datetime) -> list[str]:
    """The evidence that the conditions of newly claimed rights ask for."""
    if row.type != "change" or row.regime == "public":
        return []
    claim = await _claim(session, row, asset)
    today = day_in_china(at)
    conditions = rules.conditions_of(claim, policy.MATRIX.at(today).body.find(row.title_basis))
    return rules.condition_evidence(conditions, policy.EVIDENCE.at(today).body)


async def _faults(
    act: Act, certificate: Certificate, asset: Asset, row: Registration, data: SubsequentApplication
) -> list[FieldError]:
    faults: list[FieldError] = []
    if isinstance(data, ApplyForTransfer | RecordLicence):
        faults += await _counterparty_faults(act, row)
    if isinstance(data, RecordLicence):
        faults += rules.licence_faults(certificate.rights)
    if isinstance(data, ApplyForChange):
        content = await revision(act.session, row.revision_id)
        touched = (row.revision_id, row.rights, row.restrictions, row.scope) != (
            certificate.revision_id,
            certificate.rights,
            certificate.restrictions,
            certificate.scope,
        )
        faults += scope_faults(data.scope, act.today)
        faults += rules.change_faults(asset.id == content.asset_id, touched or bool(row.proposed))
        if row.regime == "property":
            faults += rules.title_faults(await _claim(act.session, row, asset), policy.MATRIX.at(act.today).body)
    if isinstance(data, ApplyForCorrection):
        faults += rules.change_faults(True, bool(row.proposed))
    return faults + proposed_faults(asset, row.proposed, act.at)


async def _counterparty_faults(act: Act, row: Registration) -> list[FieldError]:
    name = row.counterparty_id or ""
    party = await act.session.get(Party, name) if ids.is_id("pty", name) else None
    admitted = party is not None and party.status == PartyState.ADMITTED
    holds = party is not None and Role.PROVIDER in party.roles
    return rules.counterparty_faults(row.type, admitted=admitted, provider=holds, same=name == act.actor.party)


def proposed_faults(asset: Asset, proposed: dict[str, Any], at: datetime) -> list[FieldError]:
    """Every fault of the description as it would be."""
    new = {name: getattr(asset, name) for name in ("name", "overview", "covers_from", "covers_until")} | proposed
    form = FORM.at(day_in_china(at)).body
    starts, ends = (rules.day(new[name]) for name in ("covers_from", "covers_until"))
    faults = description_faults(new["name"], new["overview"], starts, ends, form) if proposed else []
    return [FieldError(f"/description{fault.pointer}", fault.detail, fault.rule) for fault in faults]
