"""Reading certificates; the register is public."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.clock import day_in_china
from kernel.errors import NotFound
from rights.certificates import rules
from rights.certificates.models import Certificate
from rights.certificates.schemas import CertificateView
from rights.certificates.states import CertificateState


def certificate_view(row: Certificate) -> CertificateView:
    """A certificate for the wire."""
    return CertificateView(
        id=row.id,
        number=row.number,
        registration_id=row.registration_id,
        asset_id=row.asset_id,
        asset_name=row.asset_name,
        revision_id=row.revision_id,
        party_id=row.party_id,
        holder_name=row.holder_name,
        content_sha256=row.content_sha256,
        rights=row.rights,
        source_kind=row.source_kind,
        title_basis=row.title_basis,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        document_id=row.document_id,
        status=str(row.status),
        status_changed_at=row.status_changed_at,
        created_at=row.created_at,
    )


async def certificate(session: AsyncSession, id_or_number: str) -> CertificateView:
    """A certificate by its id or its number; raises NotFound."""
    if rules.is_number(id_or_number):
        query = select(Certificate).where(Certificate.number == id_or_number)
    else:
        query = select(Certificate).where(Certificate.id == ids.require("crt", id_or_number))
    row = await session.scalar(query)
    if row is None:
        raise NotFound(kind="certificate", id=id_or_number)
    return certificate_view(row)


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


async def claim_on(session: AsyncSession, content_sha256: str, at: datetime) -> Certificate | None:
    """The certificate that stands over a content on a day, whoever holds it."""
    day = day_in_china(at)
    query = select(Certificate).where(
        Certificate.content_sha256 == content_sha256,
        Certificate.status == CertificateState.IN_FORCE,
        Certificate.valid_until >= day,
    )
    return (await session.scalars(query)).first()


async def certificate_of_registration(session: AsyncSession, registration_id: str) -> CertificateView | None:
    """The certificate that a registration led to, if it has."""
    row = await session.scalar(select(Certificate).where(Certificate.registration_id == registration_id))
    return certificate_view(row) if row is not None else None
