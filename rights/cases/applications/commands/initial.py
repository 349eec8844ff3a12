"""First applications: for rights in data, and for a public data resource; every fault is told at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import one
from kernel.identity.models import Party
from kernel.time.clock import day_in_china
from rights.assets.models import Asset
from rights.assets.queries import REVISIONS, Revision, revision
from rights.cases.applications.commands.descriptions import described
from rights.cases.applications.rules import form_faults
from rights.cases.applications.schemas import ApplyForRegistration, RegisterPublicResource
from rights.cases.public_data import settle
from rights.cases.queries import registration_view
from rights.cases.requirements import claim_content
from rights.cases.schemas import RegistrationView
from rights.certificates import rules as certificates
from rights.duplicates.commands import request_screening
from rights.registrations import evidence, policy, rules
from rights.registrations.errors import refuse
from rights.registrations.models import Registration
from rights.registrations.queries import public_sources
from rights.registrations.schemas import PieceOfEvidence
from rights.registrations.states import REGISTRATION
from rights.registrations.steps import parties_of, start_acceptance
from rights.terms import PUBLIC_BASIS, Form, Regime, Right, SourceKind, in_order
from rights.title.commands.lineage import require_upstream
from rights.title.queries import lineage


async def apply(act: Act, data: ApplyForRegistration) -> RegistrationView:
    """Apply for the registration of rights in a revision of one's own asset."""
    content, asset = await _own(act, data.revision_id)
    files = await evidence.own_files(act, [piece.file_id for piece in data.evidence])
    await settle(act.session, asset)
    claim = rules.Claim(
        party_kind=(await one(act.session, Party, asset.party_id)).kind,
        source_kind=SourceKind(asset.source_kind),
        form=Form(asset.form),
        title_basis=data.title_basis,
        rights=tuple(data.rights),
        public_data=asset.public_data,
        public_sources=await public_sources(act.session, data.public_sources, act.at),
        sources_named=bool(data.outside_sources) or bool(await lineage(act.session, asset.id)),
    )
    today = act.today
    matrix, kinds = policy.MATRIX.at(today).body, policy.EVIDENCE.at(today).body
    refuse(
        [
            *rules.claim_faults(claim, evidence.pieces_of(data.evidence, files), matrix, kinds),
            *form_faults(described(asset), data.scope, data.applicant, today),
        ]
    )
    row = new_case(
        asset,
        content,
        act.at,
        regime=str(Regime.PROPERTY),
        title_basis=data.title_basis,
        rights=[str(right) for right in in_order(data.rights)],
        restrictions=data.restrictions,
        scope=msgspec.to_builtins(data.scope),
        applicant=msgspec.to_builtins(data.applicant),
        public_sources=list(data.public_sources),
        outside_sources=msgspec.to_builtins(data.outside_sources),
        waiver_reason=data.notice_waiver,
    )
    await claim_content(act, row)
    return await begin(act, row, data.evidence, files)


async def apply_public(act: Act, data: RegisterPublicResource) -> RegistrationView:
    """Apply for the first registration of a public data resource (PUBREG arts. 5, 9(1))."""
    today = act.today
    content, asset = await _own(act, data.revision_id)
    files = await evidence.own_files(act, [piece.file_id for piece in data.evidence])
    procedure, kinds = policy.PROCEDURE.at(today).body, policy.EVIDENCE.at(today).body
    terms = procedure.find(Regime.PUBLIC, "initial")
    assert terms is not None
    await settle(act.session, asset)
    party = await one(act.session, Party, asset.party_id)
    sources = await public_sources(act.session, data.public_sources, act.at)
    form = Form(asset.form)
    refuse(
        [
            *rules.public_resource_faults(party.kind, form, asset.public_data, sources, procedure.public_resource),
            *rules.agreement_faults(data.agreement_until, today),
            *rules.evidence_faults(evidence.pieces_of(data.evidence, files), terms.evidence, (), kinds),
        ]
    )
    row = new_case(
        asset,
        content,
        act.at,
        regime=str(Regime.PUBLIC),
        title_basis=PUBLIC_BASIS,
        rights=[],
        restrictions=data.restrictions,
        public_sources=list(data.public_sources),
        provided_on=data.provided_on,
        agreement_until=data.agreement_until,
        waiver_reason=data.notice_waiver,
    )
    await claim_content(act, row)
    return await begin(act, row, data.evidence, files)


async def _own(act: Act, revision_id: str) -> tuple[Revision, Asset]:
    content = await revision(act.session, revision_id)
    asset = await one(act.session, Asset, content.asset_id)
    REVISIONS.require_party(act.actor, revision_id, asset.party_id)
    return content, asset


def new_case(
    asset: Asset, content: Revision, at: datetime, *, regime: str, kind: str = "initial", **over: Any
) -> Registration:
    """A case with its first clock and the policies it is under."""
    today = day_in_china(at)
    refs = [policies.at(today).ref for policies in (policy.CLOCKS, policy.PROCEDURE, policy.MATRIX, policy.EVIDENCE)]
    defaults: dict[str, Any] = {
        "proposed": {},
        "public_sources": [],
        "outside_sources": [],
        "notice_waived": False,
        "stops": [],
        "provisional": [],
        "grounds": [],
    }
    row = Registration(
        **defaults
        | {
            "id": ids.new("reg"),
            "regime": regime,
            "type": kind,
            "party_id": asset.party_id,
            "asset_id": asset.id,
            "revision_id": content.id,
            "content_sha256": content.content_sha256,
            "source_kind": asset.source_kind,
            "submitted_on": today,
            "policies": [msgspec.to_builtins(ref) for ref in refs],
            "created_at": at,
        }
        | over
    )
    start_acceptance(row, today)
    return row


async def begin(
    act: Act, row: Registration, pieces: Sequence[PieceOfEvidence], files: evidence.Files
) -> RegistrationView:
    """Enter the case and its evidence; raises UpstreamExceeded when what the data is made from does not carry it."""
    await require_carried(act, row)
    await lifecycle.begin(
        act,
        row,
        REGISTRATION,
        parties=parties_of(row),
        type=row.type,
        revision=row.revision_id,
        content_sha256=row.content_sha256,
        rights=row.rights,
        title_basis=row.title_basis,
        evidence=evidence.facts_of(pieces, files),
    )
    await evidence.keep(act, row, pieces, files)
    await request_screening(act.session, row.revision_id)
    return await registration_view(act, row)


OPENING: Final = ("initial", "change", "renewal", "transfer", "correction")
"""Types that end in a new certificate: its title is opened anew, and must be carried by what the data is made from."""


async def require_carried(act: Act, row: Registration) -> None:
    """Raise UpstreamExceeded unless the title that the case asks for could be opened now: told here, not at the end."""
    if row.regime != Regime.PROPERTY or row.type not in OPENING:
        return
    today = act.today
    until = certificates.new_until(today, certificates.POLICY.at(today).body.of(Regime.PROPERTY), row.agreement_until)
    rights = [Right(code) for code in row.rights]
    await require_upstream(act.session, row.asset_id, rights, today, until, at=act.at)
