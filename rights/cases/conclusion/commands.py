"""The last two steps of a case: public notice, and its conclusion, with what the register then does by its type."""

from datetime import date
from typing import Any

from kernel import ids
from kernel.act import Act
from kernel.db import locked, one
from kernel.identity.models import Party
from kernel.text import Text
from rights.assets.models import Asset, RevisionMeasure
from rights.assets.queries import revision
from rights.cases.applications.transfers import require_transferable, transfer_of
from rights.cases.queries import registration_view
from rights.cases.requirements import claim_content, require_screened, require_undisputed, require_unencumbered
from rights.cases.schemas import RegistrationView
from rights.certificates.commands import Title, issue
from rights.certificates.commands import end as end_certificate
from rights.certificates.models import Certificate
from rights.certificates.queries import in_force
from rights.certificates.states import CertificateAction
from rights.changes import lock_title
from rights.registrations import deadlines
from rights.registrations.errors import (
    CertificateNotInForce,
    ConcludedOtherwise,
    NoticeNotHeld,
    NoticeRequired,
    NoticeStillOpen,
    PublicRegistrationMissing,
)
from rights.registrations.models import Registration
from rights.registrations.policy import MATRIX
from rights.registrations.queries import public_sources
from rights.registrations.rules import day
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.steps import notice_held, role_of, step, type_of
from rights.terms import PUBLIC_BASIS, PUBLIC_BASIS_LABEL, Regime, Right
from rights.title import queries as titles
from rights.title.commands.grants import open_title, reissue
from rights.title.commands.grants import transfer as transfer_title


async def publish_notice(act: Act, registration_id: str) -> RegistrationView:
    """Open the public notice of a reviewed case; from now on the content is claimed, and the case's clock stands."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, RegistrationAction.PUBLISH, role_of(act.actor))
    if not notice_held(row):
        raise NoticeNotHeld
    await require_undisputed(act.session, row.id)
    await require_screened(act.session, row)
    await claim_content(act, row)
    row.notice_from = act.today
    await step(act, row, RegistrationAction.PUBLISH, role_of(act.actor), notice_from=row.notice_from.isoformat())
    return await registration_view(act, row)


async def issue_certificate(act: Act, registration_id: str) -> RegistrationView:
    """Issue the certificate of a case: a first one, or one in the place of another."""
    row = await _ready(act, registration_id, RegistrationAction.CERTIFY)
    await claim_content(act, row)
    certificate = await _certificate_for(act, row)
    facts = {"certificate": certificate.id, "number": certificate.number}
    await step(act, row, RegistrationAction.CERTIFY, role_of(act.actor), **facts)
    return await registration_view(act, row)


async def enter(act: Act, registration_id: str) -> RegistrationView:
    """Enter in the register what leads to no certificate: a cancellation, or a licence."""
    row = await _ready(act, registration_id, RegistrationAction.ENTER)
    facts = await _entered(act, row)
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


async def _certificate_for(act: Act, row: Registration) -> Certificate:
    """Issue the certificate that the case asks for; what it replaces ends in the same unit."""
    # Before any row: whoever grants holds the title's lock and then refers to these rows.
    await lock_title(act.session, row.asset_id)
    old = await _subject(act, row)
    asset = await locked(act.session, Asset, row.asset_id)
    if row.public_sources and not all(
        s.in_force for s in await public_sources(act.session, row.public_sources, act.at)
    ):
        raise PublicRegistrationMissing(count=1)
    holder = row.party_id if old is None else old.party_id
    if row.type == "transfer":
        assert row.counterparty_id is not None
        await _hand_over(act, row, asset, row.counterparty_id)
        holder = row.counterparty_id
    _describe(asset, row.proposed)
    title = Title(
        registration_id=row.id,
        holder=await one(act.session, Party, holder),
        asset=asset,
        revision=await revision(act.session, row.revision_id),
        rights=[Right(code) for code in row.rights],
        title_basis=row.title_basis,
        basis_label=_basis_label(row),
        restrictions=row.restrictions,
        scope=row.scope,
        measured=await act.session.get(RevisionMeasure, row.revision_id),
        regime=Regime(row.regime),
        cap=_cap(row, old),
        replaces=old,
    )
    certificate = await issue(act, title)
    if title.regime is Regime.PROPERTY:
        await (reissue if old is not None else open_title)(act, certificate)
    return certificate


async def _entered(act: Act, row: Registration) -> dict[str, Any]:
    """Cancel the certificate that is given up, or say in the log that a licence was given under it."""
    old = await _subject(act, row)
    assert old is not None
    if row.type == "licence":
        return {"certificate": old.id, "licensee": row.counterparty_id}
    await require_unencumbered(act.session, row.asset_id, act.today)
    assert row.ground is not None
    action, reason = CertificateAction.CANCEL, row.reason or ""
    await end_certificate(act, old, action, ground=row.ground, reason=reason, registration=row.id)
    return {"certificate": old.id, "ground": row.ground}


async def _subject(act: Act, row: Registration) -> Certificate | None:
    """The certificate that the case is about; only a renewal applied for in time outlives its lapse (GUIDE art. 36)."""
    if row.certificate_id is None:
        return None
    old = await locked(act.session, Certificate, row.certificate_id)
    lapsed = row.type == "renewal" and str(old.status) in ("in_force", "expired")
    if not in_force(old, act.at) and not lapsed:
        raise CertificateNotInForce(number=old.number)
    return old


async def _hand_over(act: Act, row: Registration, asset: Asset, to: str) -> None:
    """Move everything to the transferee (GUIDE art. 34): the asset, its title and shares; the transferor keeps none."""
    await require_unencumbered(act.session, asset.id, act.today)
    await require_transferable(act, row)
    if await titles.held_by(act.session, asset.id, row.party_id):
        await transfer_title(act, asset.id, transfer_of(row), registered=True)
    asset.party_id = to


def _describe(asset: Asset, proposed: dict[str, Any]) -> None:
    for name, value in proposed.items():
        setattr(asset, name, day(value) if name.startswith("covers_") else value)


def _cap(row: Registration, old: Certificate | None) -> date | None:
    """A title passes on with the days it has left; a renewal starts a new period, within the agreement behind it."""
    if old is not None and row.type != "renewal":
        return old.valid_until
    return row.agreement_until


def _basis_label(row: Registration) -> Text:
    if row.title_basis == PUBLIC_BASIS:
        return PUBLIC_BASIS_LABEL
    case = MATRIX.at(row.submitted_on).body.find(row.title_basis)
    assert case is not None
    return Text(case.zh, case.en)
