"""The last two steps of a case: public notice, and its conclusion once nothing stands against it."""

from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.time.clock import day_in_china
from rights.registrations import deadlines, effects
from rights.registrations.cases import role_of, step, type_of
from rights.registrations.claims import claim_content
from rights.registrations.errors import ConcludedOtherwise, NoticeNotHeld, NoticeRequired, NoticeStillOpen
from rights.registrations.freedom import require_screened, require_undisputed
from rights.registrations.models import Registration
from rights.registrations.queries import registration_view
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.views import RegistrationView


async def publish(act: Act, registration_id: str) -> RegistrationView:
    """Open the public notice of a reviewed case; from now on the content is claimed, and the case's clock stands."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, RegistrationAction.PUBLISH, role_of(act.actor))
    if not notice_held(row):
        raise NoticeNotHeld
    await require_undisputed(act.session, row.id)
    await require_screened(act.session, row)
    await claim_content(act.session, row, at=act.at)
    row.notice_from = day_in_china(act.at)
    await step(act, row, RegistrationAction.PUBLISH, role_of(act.actor), notice_from=row.notice_from.isoformat())
    return await registration_view(act, row)


def notice_held(row: Registration) -> bool:
    """Say whether the case is concluded only after a public notice."""
    return type_of(row).notice and not row.notice_waived


async def certify(act: Act, registration_id: str) -> RegistrationView:
    """Issue the certificate of a case: a first one, or one in the place of another."""
    row = await _ready(act, registration_id, RegistrationAction.CERTIFY)
    await claim_content(act.session, row, at=act.at)
    certificate = await effects.certificate_for(act, row)
    facts = {"certificate": certificate.id, "number": certificate.number}
    await step(act, row, RegistrationAction.CERTIFY, role_of(act.actor), **facts)
    return await registration_view(act, row)


async def enter(act: Act, registration_id: str) -> RegistrationView:
    """Enter in the register what leads to no certificate: a cancellation, or a licence."""
    row = await _ready(act, registration_id, RegistrationAction.ENTER)
    facts = await effects.entered(act, row)
    await step(act, row, RegistrationAction.ENTER, role_of(act.actor), **facts)
    return await registration_view(act, row)


async def _ready(act: Act, registration_id: str, action: RegistrationAction) -> Registration:
    """A locked case that can be concluded in this way now."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, action, role_of(act.actor))
    outcome = type_of(row).outcome
    if (outcome in ("certificate", "replacement")) != (action is RegistrationAction.CERTIFY):
        raise ConcludedOtherwise(type=row.type)
    if row.status == RegistrationState.REVIEWED and notice_held(row):
        raise NoticeRequired
    if row.status == RegistrationState.NOTICED:
        assert row.notice_until is not None
        if not deadlines.notice_is_over(row.notice_until, act.at):
            raise NoticeStillOpen(notice_until=row.notice_until.isoformat())
    await require_undisputed(act.session, row.id)
    await require_screened(act.session, row)
    return row
