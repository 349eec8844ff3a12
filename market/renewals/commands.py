"""Offering to renew an agreement, and what its consumer answers; acceptance opens an order on the new terms."""

from sqlalchemy import select

from contracts.agreements import licensing
from contracts.agreements import queries as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.states import STANDING
from contracts.approvals import commands as approvals
from contracts.moments import Moment, follows
from contracts.terms.binding import priced
from contracts.terms.conveyance import boxes
from contracts.terms.document import Terms, parsed, plain
from contracts.terms.document import digest as terms_digest
from contracts.terms.price.amounts import exposure
from contracts.terms.prices import PriceTerms
from contracts.terms.reading import read
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, locked, one
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import end_of_day_in_china, timestamp
from market.orders.open import open_order
from market.renewals import queries, rules
from market.renewals.errors import AgreementNotRenewable, RenewalExpired, RenewalNotYours, RenewalOpen
from market.renewals.models import Renewal
from market.renewals.schemas import EndRenewal, OfferRenewal, RenewalView
from market.renewals.states import RENEWAL, RenewalAction, RenewalState
from rights.title import checks
from rights.title.checks import Wish
from rights.title.policy import RightsAct


async def offer(act: Act, agreement_id: str, data: OfferRenewal) -> RenewalView:
    """The provider offers terms for the time after the licence's last day.

    Raises RenewalNotYours, AgreementNotRenewable, RenewalOpen, RenewalNotInWindow, RenewalFaulty, RenewalPriceNotice,
    the refusal of terms that could not be obeyed, ApprovalMissing or ApprovalVoid, and the refusal of the title.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    agreements.AUDIENCE.require_party(act.actor, agreement.id, agreement.provider, agreement.consumer)
    if act.actor.party != agreement.provider:
        raise RenewalNotYours
    followed = _followed(act, agreement)
    await _require_none(act, agreement)
    days = rules.DAYS.at(act.today).body
    rules.require_window(followed, act.today, days)
    terms = read(data.terms, act.today, "/terms")
    rules.require_terms(followed, terms, data.expires_at, act.at)
    await approvals.require(act, agreement.provider, terms_digest(terms), exposure(terms, act.today))
    begins, change = rules.starts_on(terms), rules.price_change(followed.price, terms)
    rules.require_notice(change, begins, act.today, days)
    for box in boxes(terms.licence, act.today, "/terms/policy"):
        wish = Wish(RightsAct.GRANT, agreement.provider, box, agreement.consumer)
        await checks.require(act.session, agreement.licensed.asset_id, wish, at=act.at)
    row = Renewal(
        id=ids.new("rnw"),
        agreement_id=agreement.id,
        provider=agreement.provider,
        consumer=agreement.consumer,
        terms=plain(terms),
        terms_digest=terms_digest(terms),
        price_change=change,
        ends_on=followed.ends_on,
        starts_on=begins,
        expires_at=data.expires_at or end_of_day_in_china(followed.ends_on),
        order_id=None,
        end_reason=None,
        created_at=act.at,
    )
    facts = {"agreement": agreement.id, "terms": row.terms_digest, "starts_on": begins.isoformat(), "price": change}
    await lifecycle.begin(act, row, RENEWAL, parties=row.parties, **facts)
    return queries.view(act, row)


def _followed(act: Act, agreement: Agreement) -> rules.Followed:
    """What a renewal follows: the terms and the last day that stand now."""
    ends_on, terms = licensing.ends_on(agreement, act.at), licensing.terms_of(agreement, act.at)
    if agreement.status not in STANDING or ends_on is None:
        raise AgreementNotRenewable(agreement=agreement.id, state=str(agreement.status))
    price = _present_price(agreement, terms)
    listing = str(agreement.content["listing_id"]) if terms is None else terms.listing
    return rules.Followed(agreement.provider, agreement.consumer, agreement.licensed.asset_id, listing, price, ends_on)


def _present_price(agreement: Agreement, terms: Terms | None) -> PriceTerms:
    if terms is not None:
        return terms.price
    return priced(Money(agreement.amount_minor, agreement.currency) if agreement.amount_minor else None)


async def _require_none(act: Act, agreement: Agreement) -> None:
    """One offer waits at a time, and what was accepted is not offered again; the agreement is locked."""
    open_ = Renewal.status.in_((RenewalState.OFFERED, RenewalState.ACCEPTED))
    found = await find_locked(act.session, select(Renewal).where(Renewal.agreement_id == agreement.id, open_))
    if found is not None and not await expire(act, found.id):
        raise RenewalOpen(agreement=agreement.id, renewal=found.id, state=str(found.status))


async def accept(act: Act, renewal_id: str) -> RenewalView:
    """The consumer opts in: an order is opened on the new terms, and both sign its agreement as they signed the first.

    Raises RenewalExpired, AgreementNotRenewable, ApprovalMissing or ApprovalVoid, and the refusals of opening an order.
    """
    agreement, row, role = await _for_change(act, renewal_id)
    RENEWAL.next(row.status, RenewalAction.ACCEPT, role)
    _require_in_time(act, row)
    if agreement.status not in STANDING:
        raise AgreementNotRenewable(agreement=agreement.id, state=str(agreement.status))
    terms = parsed(row.terms)
    await approvals.require(act, row.consumer, row.terms_digest, exposure(terms, act.today))
    order = await open_order(act, terms, negotiation_id=row.id)
    row.order_id = order.id
    await lifecycle.advance(act, row, RENEWAL, RenewalAction.ACCEPT, role, parties=row.parties, order=order.id)
    return queries.view(act, row)


async def _for_change(act: Act, renewal_id: str) -> tuple[Agreement, Renewal, Role]:
    """The agreement and the offer, both locked in that order, and what the actor is to them; raises NotFound."""
    row = await one(act.session, Renewal, renewal_id)
    queries.AUDIENCE.require_party(act.actor, renewal_id, *row.parties)
    agreement = await locked(act.session, Agreement, row.agreement_id)
    row = await locked(act.session, Renewal, renewal_id)
    role = queries.role_of(row, act.actor.party)
    assert role is not None
    return agreement, row, role


def _require_in_time(act: Act, row: Renewal) -> None:
    if row.expires_at <= act.after_waiting():
        raise RenewalExpired(renewal=row.id, expires_at=timestamp(row.expires_at))


async def decline(act: Act, renewal_id: str, data: EndRenewal) -> RenewalView:
    """The consumer does not want it; the agreement ends as it would."""
    return await _end(act, renewal_id, RenewalAction.DECLINE, data.reason)


async def withdraw(act: Act, renewal_id: str, data: EndRenewal) -> RenewalView:
    """The provider takes the offer back, until it is accepted."""
    return await _end(act, renewal_id, RenewalAction.WITHDRAW, data.reason)


async def _end(act: Act, renewal_id: str, action: RenewalAction, reason: str) -> RenewalView:
    _, row, role = await _for_change(act, renewal_id)
    RENEWAL.next(row.status, action, role)
    _require_in_time(act, row)
    row.end_reason = reason
    await lifecycle.advance(act, row, RENEWAL, action, role, parties=row.parties, reason=reason)
    return queries.view(act, row)


async def expire(act: Act, renewal_id: str) -> bool:
    """An offer that nobody answered in time has expired; says whether it has."""
    row = await locked(act.session, Renewal, renewal_id)
    if row.status is not RenewalState.OFFERED or row.expires_at > act.at:
        return False
    await _expire(act, row, "not answered in time")
    return True


@follows(Moment.SUCCEEDED)
async def expire_of_predecessor(act: Act, agreement: Agreement) -> None:
    """What the provider of before has offered stands in nobody's way: it has no rights to renew from."""
    query = select(Renewal).where(Renewal.agreement_id == agreement.id, Renewal.status == RenewalState.OFFERED)
    if (row := await find_locked(act.session, query)) is not None:
        await _expire(act, row, "the agreement has another provider")


async def _expire(act: Act, row: Renewal, reason: str) -> None:
    row.end_reason = reason
    await lifecycle.advance(act.by(SYSTEM), row, RENEWAL, RenewalAction.EXPIRE, Role.SYSTEM, parties=row.parties)
    await act.session.flush()  # Its place is free before another takes it.
