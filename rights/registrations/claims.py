"""Who stands over a content: one party at a time, from the public notice on, also under concurrency."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import lock_name
from rights.certificates.errors import ContentAlreadyClaimed
from rights.certificates.queries import claim_on
from rights.registrations.errors import AlreadyRegistered
from rights.registrations.models import Registration
from rights.registrations.states import IN_NOTICE, OPEN

ASIDE = ("correction", "licence")
"""Types that leave a content's claim as it is, and so stand beside another case."""


async def claim_content(session: AsyncSession, row: Registration, *, at: datetime) -> None:
    """Hold the content's lock until the unit ends, and raise if anybody else's claim stands over it.

    Another party's claim is its certificate or its open notice; one's own is also any case under way. The certificate
    that the case itself is about is no rival. The unique indexes on certificates in force and on notices say the same
    once more.
    """
    await lock_name(session, "content", row.content_sha256)
    certificate = await claim_on(session, row.content_sha256, at)
    if certificate is not None and certificate.id != row.certificate_id:
        if certificate.party_id != row.party_id:
            raise ContentAlreadyClaimed(claim=certificate.number, certificate_number=certificate.number)
        raise AlreadyRegistered(registration_id=certificate.registration_id)
    if row.type in ASIDE:
        return
    rival = await session.scalar(
        select(Registration)
        .where(
            Registration.content_sha256 == row.content_sha256,
            Registration.id != row.id,
            Registration.type.not_in(ASIDE),
            or_(
                Registration.status.in_(IN_NOTICE),
                (Registration.party_id == row.party_id) & Registration.status.in_(OPEN),
            ),
        )
        .order_by(Registration.id)
        .limit(1)
    )
    if rival is None:
        return
    if rival.party_id == row.party_id:
        raise AlreadyRegistered(registration_id=rival.id)
    raise ContentAlreadyClaimed(claim=rival.id)
