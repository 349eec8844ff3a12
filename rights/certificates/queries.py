"""Reading certificates; the register is public."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import day_in_china
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.certificates import rules
from rights.certificates.models import Certificate, CertifiedRevision
from rights.certificates.schemas import CertificateView
from rights.certificates.states import CertificateState


def certificate_view(row: Certificate) -> CertificateView:
    """A certificate for the wire."""
    return shown(row, CertificateView)


async def certificate(session: AsyncSession, id_or_number: str) -> CertificateView:
    """A certificate by its id or its number; raises NotFound."""
    row = await by_name(session, id_or_number)
    if row is None:
        raise NotFound(kind="certificate", id=id_or_number)
    return certificate_view(row)


AUDIENCE: Final = Audience("certificate", (Role.REGISTRAR, Role.OPERATOR, Role.REGULATOR, Role.AUDITOR))
"""Whose certificates a list holds: one's own, and all for the offices; a single one everybody may look up."""


async def certificates(
    act: Act, asset_id: str | None, status: CertificateState | None, limit: int, cursor: str | None
) -> Page[CertificateView]:
    """The certificates that the actor's party holds or held, newest first; the offices see all."""
    query = select(Certificate).where(AUDIENCE.among(act.actor, Certificate.party_id))
    if asset_id is not None:
        query = query.where(Certificate.asset_id == asset_id)
    if status is not None:
        query = query.where(Certificate.status == status)
    page = await fetch(act.session, query, Certificate.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(certificate_view)


async def certificate_in_force(session: AsyncSession, asset_id: str, at: datetime) -> CertificateView | None:
    """The asset's newest certificate in force at a moment; the day decides, also before the sweep has marked it."""
    day = day_in_china(at)
    query = (
        select(Certificate)
        .where(
            Certificate.asset_id == asset_id,
            Certificate.status == CertificateState.IN_FORCE,
            Certificate.valid_from <= day,
            Certificate.valid_until >= day,
        )
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    row = (await session.scalars(query)).first()
    return certificate_view(row) if row is not None else None


async def by_name(session: AsyncSession, id_or_number: str) -> Certificate | None:
    """A certificate's row by its id or its number."""
    column = Certificate.number if rules.is_number(id_or_number) else Certificate.id
    row: Certificate | None = await session.scalar(select(Certificate).where(column == id_or_number))
    return row


async def newest_of(session: AsyncSession, row: Certificate) -> Certificate:
    """The certificate that has taken the place of a certificate since, or itself."""
    while True:
        query = select(Certificate).where(Certificate.replaces_id == row.id)
        following: Certificate | None = await session.scalar(query)
        if following is None:
            return row
        row = following


def in_force(row: Certificate, at: datetime) -> bool:
    """Say whether a certificate is in force on a day, also before the sweep has marked that it lapsed."""
    day = day_in_china(at)
    return row.status == CertificateState.IN_FORCE and row.valid_from <= day <= row.valid_until


def _stands_over(content_sha256: str) -> ColumnElement[bool]:
    """Whether a certificate covers a content: its own, or one that entered the register under it."""
    entered = select(CertifiedRevision.revision_id).where(
        CertifiedRevision.content_sha256 == content_sha256,
        CertifiedRevision.asset_id == Certificate.asset_id,
        CertifiedRevision.base_revision_id == Certificate.revision_id,
    )
    return or_(Certificate.content_sha256 == content_sha256, entered.exists())


async def covers(session: AsyncSession, certificate_id: str, content_sha256: str) -> bool:
    """Whether a certificate covers a content: its own, or one that entered the register under it."""
    query = select(Certificate.id).where(Certificate.id == certificate_id, _stands_over(content_sha256))
    return await session.scalar(query) is not None


async def entered(session: AsyncSession, revision_id: str) -> CertifiedRevision | None:
    """How a revision entered the register by its digest, if it did."""
    return await session.get(CertifiedRevision, revision_id)


async def claim_on(session: AsyncSession, content_sha256: str, at: datetime) -> Certificate | None:
    """The certificate that stands over a content on a day, whoever holds it."""
    day = day_in_china(at)
    query = select(Certificate).where(
        _stands_over(content_sha256),
        Certificate.status == CertificateState.IN_FORCE,
        Certificate.valid_until >= day,
    )
    return (await session.scalars(query)).first()


async def certificate_of_registration(session: AsyncSession, registration_id: str) -> CertificateView | None:
    """The certificate that a registration led to, if it has."""
    row = await session.scalar(select(Certificate).where(Certificate.registration_id == registration_id))
    return certificate_view(row) if row is not None else None
