"""Whether a case may go on: its content was compared, no objection is open, nothing on the asset holds the rights."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import lock_name
from rights.certificates.errors import ContentAlreadyClaimed
from rights.certificates.models import Certificate
from rights.certificates.queries import claim_on
from rights.duplicates.errors import SketchPending
from rights.duplicates.queries import CLAIMING
from rights.objections.queries import open_on_asset, open_on_case
from rights.registrations.errors import AlreadyRegistered, ObjectionOpen, RightsEncumbered
from rights.registrations.models import Registration
from rights.registrations.states import IN_NOTICE, OPEN
from rights.title.policy import RightsAct
from rights.title.queries import remarks


async def require_undisputed(session: AsyncSession, registration_id: str) -> None:
    """Raise while an objection to the case has no conclusion (GUIDE arts. 22, 25)."""
    objections = await open_on_case(session, registration_id)
    if objections:
        raise ObjectionOpen(objections=", ".join(objections))


async def claims_content(session: AsyncSession, row: Registration) -> bool:
    """Whether the case claims a content that its own certificate, if there is one, does not cover."""
    if row.type not in CLAIMING:
        return False
    if row.certificate_id is None:
        return True
    covered = await session.scalar(select(Certificate.revision_id).where(Certificate.id == row.certificate_id))
    return covered != row.revision_id


async def require_screened(session: AsyncSession, row: Registration) -> None:
    """Raise until a content that is claimed anew has been compared with earlier claims (GUIDE art. 22)."""
    if row.screening is None and await claims_content(session, row):
        raise SketchPending(revision_id=row.revision_id)


async def require_unencumbered(session: AsyncSession, asset_id: str, today: date) -> None:
    """Raise while a remark such as a pledge holds the rights, or an objection is open (GUIDE art. 23)."""
    encumbrances = [
        f"{remark.kind} {remark.id}"
        for remark in await remarks(session, asset_id)
        if RightsAct.TRANSFER in remark.blocks and (remark.until is None or remark.until > today)
    ]
    encumbrances += await open_on_asset(session, asset_id)
    if encumbrances:
        raise RightsEncumbered(blocked_by=", ".join(encumbrances))


async def require_unclaimed(session: AsyncSession, content_sha256: str, party_id: str, *, at: datetime) -> None:
    """Raise if anybody's certificate, or another's open notice, stands over a content that enters the register.

    The caller holds the content's lock.
    """
    certificate = await claim_on(session, content_sha256, at)
    if certificate is not None:
        if certificate.party_id != party_id:
            raise ContentAlreadyClaimed(claim=certificate.number, certificate_number=certificate.number)
        raise AlreadyRegistered(registration_id=certificate.registration_id)
    rival = await session.scalar(
        select(Registration.id)
        .where(
            Registration.content_sha256 == content_sha256,
            Registration.party_id != party_id,
            Registration.status.in_(IN_NOTICE),
        )
        .limit(1)
    )
    if rival is not None:
        raise ContentAlreadyClaimed(claim=rival)


ASIDE = ("correction", "licence")
"""Types that leave a content's claim as it is, and so stand beside another case."""


async def claim_content(act: Act, row: Registration) -> None:
    """Hold the content's lock until the unit ends, and raise if anybody else's claim stands over it.

    Another party's claim is its certificate or its open notice; one's own is also any case under way. The certificate
    that the case itself is about is no rival. The unique indexes on certificates in force and on notices say the same
    once more.
    """
    await lock_name(act.session, "content", row.content_sha256)
    certificate = await claim_on(act.session, row.content_sha256, act.at)
    if certificate is not None and certificate.id != row.certificate_id:
        if certificate.party_id != row.party_id:
            raise ContentAlreadyClaimed(claim=certificate.number, certificate_number=certificate.number)
        raise AlreadyRegistered(registration_id=certificate.registration_id)
    if row.type in ASIDE:
        return
    rival = await act.session.scalar(
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
