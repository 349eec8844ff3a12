"""The last two steps of a case: public notice, and its conclusion once nothing stands against it."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.actor import Actor
from kernel.crypto.issuer import Issuer
from kernel.db import locked
from kernel.time.clock import Clock, day_in_china
from rights.registrations import deadlines, effects
from rights.registrations.cases import role_of, step, type_of
from rights.registrations.claims import claim_content
from rights.registrations.errors import ConcludedOtherwise, NoticeNotHeld, NoticeRequired, NoticeStillOpen
from rights.registrations.freedom import require_screened, require_undisputed
from rights.registrations.models import Registration
from rights.registrations.queries import registration_view
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.views import RegistrationView


async def publish(session: AsyncSession, actor: Actor, registration_id: str, *, clock: Clock) -> RegistrationView:
    """Open the public notice of a reviewed case; from now on the content is claimed, and the case's clock stands."""
    now = clock.now()
    row = await locked(session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, RegistrationAction.PUBLISH, role_of(actor))
    if not notice_held(row):
        raise NoticeNotHeld
    await require_undisputed(session, row.id)
    await require_screened(session, row)
    await claim_content(session, row, at=now)
    row.notice_from = day_in_china(now)
    await step(
        session, actor, row, RegistrationAction.PUBLISH, role_of(actor), at=now, notice_from=row.notice_from.isoformat()
    )
    return await registration_view(session, actor, row, clock=clock)


def notice_held(row: Registration) -> bool:
    """Say whether the case is concluded only after a public notice."""
    return type_of(row).notice and not row.notice_waived


async def certify(
    session: AsyncSession, actor: Actor, registration_id: str, *, clock: Clock, issuer: Issuer
) -> RegistrationView:
    """Issue the certificate of a case: a first one, or one in the place of another."""
    row = await _ready(session, actor, registration_id, RegistrationAction.CERTIFY, clock=clock)
    await claim_content(session, row, at=clock.now())
    certificate = await effects.certificate_for(session, actor, row, clock=clock, issuer=issuer)
    facts = {"certificate": certificate.id, "number": certificate.number}
    await step(session, actor, row, RegistrationAction.CERTIFY, role_of(actor), at=clock.now(), **facts)
    return await registration_view(session, actor, row, clock=clock)


async def enter(session: AsyncSession, actor: Actor, registration_id: str, *, clock: Clock) -> RegistrationView:
    """Enter in the register what leads to no certificate: a cancellation, or a licence."""
    row = await _ready(session, actor, registration_id, RegistrationAction.ENTER, clock=clock)
    facts = await effects.entered(session, actor, row, clock=clock)
    await step(session, actor, row, RegistrationAction.ENTER, role_of(actor), at=clock.now(), **facts)
    return await registration_view(session, actor, row, clock=clock)


async def _ready(
    session: AsyncSession, actor: Actor, registration_id: str, action: RegistrationAction, *, clock: Clock
) -> Registration:
    """A locked case that can be concluded in this way now."""
    row = await locked(session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, action, role_of(actor))
    outcome = type_of(row).outcome
    if (outcome in ("certificate", "replacement")) != (action is RegistrationAction.CERTIFY):
        raise ConcludedOtherwise(type=row.type)
    if row.status == RegistrationState.REVIEWED and notice_held(row):
        raise NoticeRequired
    if row.status == RegistrationState.NOTICED:
        assert row.notice_until is not None
        if not deadlines.notice_is_over(row.notice_until, clock.now()):
            raise NoticeStillOpen(notice_until=row.notice_until.isoformat())
    await require_undisputed(session, row.id)
    await require_screened(session, row)
    return row
