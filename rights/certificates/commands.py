"""Issuing, cancelling and expiring certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import hold, locked
from kernel.documents.commands import issue as issue_document
from kernel.identity.models import Party
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china
from rights.assets.codes import industry_name
from rights.assets.measures import differing
from rights.assets.models import Asset, RevisionMeasure
from rights.assets.queries import Revision
from rights.certificates import rules, status_lists
from rights.certificates.errors import GroundUnknown, SerialExhausted
from rights.certificates.models import Certificate, CertificateSerial
from rights.certificates.queries import certificate_view
from rights.certificates.schemas import CertificateView, EndCertificate
from rights.certificates.states import CERTIFICATE, CertificateAction, CertificateState
from rights.changes import announce
from rights.grants.vocabulary import region_name
from rights.terms import SOURCE_LABELS, Regime, Right, SourceKind, right_labels

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Title:
    """What a certificate says: who holds which rights in which content, and on what case it rests."""

    registration_id: str
    holder: Party
    asset: Asset
    revision: Revision
    rights: Sequence[Right]
    title_basis: str
    basis_label: Text
    restrictions: str
    scope: dict[str, Any] | None = None
    measured: RevisionMeasure | None = None
    regime: Regime = Regime.PROPERTY
    cap: date | None = None
    replaces: Certificate | None = None


async def issue(act: Act, title: Title) -> Certificate:
    """Number, sign and enter a certificate; the caller holds the content's lock and has made every check.

    The one whose place it takes, if there is one, ends in the same unit. The title under it is the caller's to open.
    """
    today = act.today
    policy = rules.POLICY.at(today)
    until = rules.new_until(today, policy.body.of(title.regime), title.cap)
    await _lapse_content(act, title.revision.content_sha256)
    number = await next_number(act.session, today, policy.body, title.regime)
    certificate_id = ids.new("crt")
    if title.replaces is not None:
        await _replace(act, title.replaces, certificate_id)
    document = await issue_document(
        act,
        "rights-certificate",
        certificate_id,
        {**claims(title, number, today, until), "policy": {"version": policy.meta.version, "sha256": policy.sha256}},
        parties=[title.holder.id],
        public=True,
        valid_until=end_of_day_in_china(until),
        members={"credentialStatus": status_lists.entry_of(act.issuer.public_url, number)},
    )
    row = _row(title, certificate_id, number, until, document.id, act.at)
    facts = {"number": number, "registration": title.registration_id, "document": document.id}
    await lifecycle.begin(act, row, CERTIFICATE, parties=[title.holder.id], **facts)
    return row


def _row(title: Title, certificate_id: str, number: str, until: date, document_id: str, at: datetime) -> Certificate:
    return Certificate(
        id=certificate_id,
        number=number,
        regime=str(title.regime),
        replaces_id=title.replaces.id if title.replaces is not None else None,
        registration_id=title.registration_id,
        asset_id=title.asset.id,
        asset_name=title.asset.name,
        revision_id=title.revision.id,
        party_id=title.holder.id,
        holder_name=title.holder.name,
        content_sha256=title.revision.content_sha256,
        rights=[str(right) for right in title.rights],
        restrictions=title.restrictions,
        scope=title.scope,
        source_kind=title.asset.source_kind,
        title_basis=title.title_basis,
        valid_from=day_in_china(at),
        valid_until=until,
        document_id=document_id,
        created_at=at,
    )


async def _replace(act: Act, row: Certificate, by: str) -> None:
    """End a certificate because another takes its place; one that has lapsed meanwhile has ended already."""
    if row.status != CertificateState.IN_FORCE:
        return
    action = CertificateAction.REPLACE
    await lifecycle.advance(act, row, CERTIFICATE, action, Role.REGISTRAR, parties=[row.party_id], replaced_by=by)
    await act.session.flush()  # The index on the content in force must be free before the next row.


def claims(title: Title, number: str, valid_from: date, valid_until: date) -> dict[str, Any]:
    """The claims of the credential: plain JSON values, every label in both languages."""
    source = SOURCE_LABELS[SourceKind(title.asset.source_kind)]
    asset = title.asset
    industry = industry_name(asset.industry, valid_from)
    return {
        "certificate_number": number,
        "regime": str(title.regime),
        "replaces": title.replaces.number if title.replaces is not None else None,
        "registration_id": title.registration_id,
        "holder": {"id": title.holder.id, "uscc": title.holder.uscc, "name": title.holder.name},
        "asset": {
            "id": title.asset.id,
            "name": title.asset.name,
            "overview": title.asset.overview,
            "industry": title.asset.industry,
            "industry_name": msgspec.to_builtins(industry),
            "region": title.asset.region,
            "region_name": msgspec.to_builtins(region_name(asset.region, valid_from)),
            "region_level": title.asset.region_level,
            "structure": title.asset.structure,
            "records": title.asset.records,
            "bytes": sum(file.size_bytes for file in title.revision.files),
            "update_cycle": title.asset.update_cycle,
            "covers_from": _iso(title.asset.covers_from),
            "covers_until": _iso(title.asset.covers_until),
        },
        "measured": _measured(title.measured, asset),
        "revision": {"id": title.revision.id, "number": title.revision.number},
        "content_sha256": title.revision.content_sha256,
        "files": [{"name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes} for f in title.revision.files],
        "rights": [{"code": str(right), **right_labels(right)} for right in title.rights],
        "restrictions": title.restrictions,
        "scope": title.scope,
        "source_kind": {"code": title.asset.source_kind, "zh": source.zh, "en": source.en},
        "title_basis": {"code": title.title_basis, "zh": title.basis_label.zh, "en": title.basis_label.en},
        "valid_from": valid_from.isoformat(),
        "valid_until": valid_until.isoformat(),
    }


def _measured(found: RevisionMeasure | None, asset: Asset) -> dict[str, Any] | None:
    """What was counted in the files, and which declarations differ from it.

    Null where nothing was counted: the description is then its holder's word alone.
    """
    if found is None:
        return None
    return {
        "differs": differing(found, asset),
        "records": found.record_count,
        "fields": found.field_count,
        "earliest": _iso(found.earliest),
        "latest": _iso(found.latest),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


async def next_number(session: AsyncSession, on: date, terms: rules.CertificatePolicy, regime: Regime) -> str:
    """Take the month's next number; concurrent takers wait for each other, and an abandoned unit leaves no gap."""
    month = rules.month_of(on)
    taken = await session.scalar(
        insert(CertificateSerial)
        .values(month=month, last_serial=1)
        .on_conflict_do_update(
            index_elements=[CertificateSerial.month],
            set_={"last_serial": CertificateSerial.last_serial + 1},
            where=CertificateSerial.last_serial < rules.SERIAL_MAX,
        )
        .returning(CertificateSerial.last_serial)
    )
    if taken is None:
        raise SerialExhausted(month=month)
    return rules.number(taken, month, terms, regime)


async def cancel(act: Act, certificate_id: str, data: EndCertificate) -> CertificateView:
    """Cancel a certificate on the registrar's own initiative; what was done under it before stays done."""
    row = await locked(act.session, Certificate, ids.require("crt", certificate_id))
    check_ground(data.ground, "office", act.at)
    return await end(act, row, CertificateAction.CANCEL, **msgspec.to_builtins(data))


async def revoke(act: Act, certificate_id: str, data: EndCertificate) -> CertificateView:
    """Take back a certificate that was obtained or is used wrongly (PUBREG art. 20; GUIDE art. 22)."""
    row = await locked(act.session, Certificate, ids.require("crt", certificate_id))
    check_ground(data.ground, "revocation", act.at)
    return await end(act, row, CertificateAction.REVOKE, **msgspec.to_builtins(data))


def check_ground(ground: str, by: rules.EndedBy, at: datetime) -> None:
    """Raise GroundUnknown unless the ground is published for whoever ends a certificate."""
    published = rules.POLICY.at(day_in_china(at)).body.grounds(by)
    if ground not in published:
        raise GroundUnknown(known=published)


async def end(act: Act, row: Certificate, action: CertificateAction, **facts: str) -> CertificateView:
    """End a certificate early and tell its holder; what rests on it is looked at again at once."""
    role = Role.REGISTRAR if act.actor.has(Role.REGISTRAR) else Role.PROVIDER
    await lifecycle.advance(act, row, CERTIFICATE, action, role, parties=[row.party_id], **facts)
    row.end_ground = facts.get("ground")
    if rules.POLICY.at(act.today).body.destroys(row.end_ground):
        asset = await locked(act.session, Asset, row.asset_id)
        asset.destroyed_at = act.at
    await announce(act.session, row.asset_id)
    return certificate_view(row)


async def expire(act: Act) -> int:
    """Mark certificates whose last day has passed (GUIDE art. 36: they lapse by themselves); returns how many."""
    lapsed = select(Certificate).where(
        Certificate.status == CertificateState.IN_FORCE, Certificate.valid_until < act.today
    )
    rows = (
        await act.session.scalars(lapsed.order_by(Certificate.id).limit(BATCH).with_for_update(skip_locked=True))
    ).all()
    for row in rows:
        hold(act.session, row)
        await _expire_one(act, row)
    return len(rows)


async def _lapse_content(act: Act, content_sha256: str) -> None:
    """Expire what has lapsed over this content, so that the next certificate need not wait for the sweep."""
    lapsed = select(Certificate).where(
        Certificate.content_sha256 == content_sha256,
        Certificate.status == CertificateState.IN_FORCE,
        Certificate.valid_until < act.today,
    )
    for row in (await act.session.scalars(lapsed)).all():
        await _expire_one(act, row)
    await act.session.flush()  # The index on the content in force must be free before the next row.


async def _expire_one(act: Act, row: Certificate) -> None:
    await lifecycle.advance(
        act.by(SYSTEM),
        row,
        CERTIFICATE,
        CertificateAction.EXPIRE,
        Role.SYSTEM,
        parties=[row.party_id],
    )
