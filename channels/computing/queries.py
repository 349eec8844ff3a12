"""Reading offers, budgets, templates and runs."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.computing.models import ComputingBudget, ComputingOffer, ComputingRun, ComputingTemplate
from channels.computing.privacy import budget
from channels.computing.rules import CAUTION, is_licensed
from channels.computing.schemas import AllowanceView, ComputingOfferView, RunView, SetOffer, TemplateView, WriteTemplate
from channels.computing.states import RUN, TEMPLATE, ComputingRunState, TemplateState
from contracts.agreements.models import Agreement
from contracts.agreements.queries import of_order
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery.errors import DeliveryMissing
from market.delivery.queries import PARTIES
from market.listings import queries as listings
from market.listings.models import Listing
from market.orders.models import Order
from rights.assets import queries as assets

RUNS: Final = Audience("computing_run")
"""A run is between buyer and provider, as its delivery is, and no office looks into it."""

TEMPLATES: Final = Audience("computing_template")
"""A template is its provider's; those under an agreement with the asset see it with their order."""


def offer_view(row: ComputingOffer) -> ComputingOfferView:
    """An offer with what its figures come to."""
    terms = msgspec.convert(row.terms, SetOffer)
    queries = budget.queries(terms.micro_epsilon_per_agreement, terms.micro_epsilon_per_query)
    return shown(
        row,
        ComputingOfferView,
        terms=terms,
        queries_per_agreement=queries,
        pico_delta_per_agreement=queries * terms.pico_delta_per_query,
        caution=CAUTION,
    )


async def newest_offer(session: AsyncSession, asset_id: str) -> ComputingOffer | None:
    """The version that an agreement gets which comes into force now."""
    query = select(ComputingOffer).where(ComputingOffer.asset_id == asset_id)
    return (await session.scalars(query.order_by(ComputingOffer.n.desc()).limit(1))).first()


async def offer_of(session: AsyncSession, agreement: Agreement) -> ComputingOffer | None:
    """The version that stood when an agreement came into force."""
    query = select(ComputingOffer).where(
        ComputingOffer.asset_id == agreement.licensed.asset_id, ComputingOffer.created_at <= agreement.in_force_at
    )
    return (await session.scalars(query.order_by(ComputingOffer.n.desc()).limit(1))).first()


async def offers(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[ComputingOfferView]:
    """The versions of one's own asset, the newest first; raises NotFound for anybody else's."""
    await assets.own_asset(act, asset_id)
    query = select(ComputingOffer).where(ComputingOffer.asset_id == asset_id)
    rows = await fetch(act.session, query, ComputingOffer.n, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(offer_view)


async def of_listing(act: Act, listing_id: str) -> ComputingOfferView:
    """What may be computed on a product's data, for whoever may see the product.

    Raises ListingUnavailable, and NotFound where its provider offers nothing.
    """
    await listings.listing(act, listing_id)
    row = await newest_offer(act.session, (await one(act.session, Listing, listing_id)).asset_id)
    if row is None:
        raise NotFound(kind="computing_offer", id=listing_id)
    return offer_view(row)


async def spent(session: AsyncSession, subject_id: str) -> int:
    """What has been spent of a budget, in millionths of epsilon."""
    row = await session.get(ComputingBudget, subject_id, populate_existing=True)
    return row.spent_micro_epsilon if row is not None else 0


async def allowance(act: Act, order_id: str) -> AllowanceView:
    """What an order's agreement may compute now, for both parties; raises DeliveryMissing for anybody else."""
    order = await act.session.get(Order, order_id)
    agreement = await of_order(act.session, order_id)
    if order is None or agreement is None or not PARTIES.admits(act.actor, *agreement.parties):
        raise DeliveryMissing(order=order_id[:40])
    offer, asset_id = await offer_of(act.session, agreement), agreement.licensed.asset_id
    by_agreement, by_asset = await spent(act.session, agreement.id), await spent(act.session, asset_id)
    left = 0
    if offer is not None:
        terms = msgspec.convert(offer.terms, SetOffer)
        left = min(terms.micro_epsilon_per_agreement - by_agreement, terms.micro_epsilon_per_product - by_asset)
    return AllowanceView(
        order_id=order_id,
        agreement_id=agreement.id,
        offer=offer_view(offer) if offer is not None else None,
        micro_epsilon_spent=by_agreement,
        micro_epsilon_left=max(0, left),
        templates=[template_view(row, act.actor) for row in await licensed_templates(act.session, agreement)],
    )


async def licensed_templates(session: AsyncSession, agreement: Agreement) -> Sequence[ComputingTemplate]:
    """The templates that an agreement may run, in the order of their writing."""
    query = select(ComputingTemplate).where(
        ComputingTemplate.asset_id == agreement.licensed.asset_id,
        or_(ComputingTemplate.status == TemplateState.APPROVED, ComputingTemplate.withdrawn_at.is_not(None)),
    )
    since = agreement.in_force_at
    return [
        row
        for row in await session.scalars(query.order_by(ComputingTemplate.id))
        if since is not None and is_licensed(row.approved_at, row.withdrawn_at, since)
    ]


def template_view(row: ComputingTemplate, actor: Actor) -> TemplateView:
    """A template with what the actor may do about it."""
    own = actor.party == row.provider
    content = msgspec.convert(row.content, WriteTemplate)
    return shown(
        row,
        TemplateView,
        content=content,
        caution=CAUTION if content.release == "rule" else None,
        allowed_actions=sorted(map(str, TEMPLATE.actions(row.status, Role.PROVIDER))) if own else [],
    )


async def template(act: Act, template_id: str) -> TemplateView:
    """One's own template; raises NotFound for anybody else's."""
    row = await one(act.session, ComputingTemplate, template_id)
    TEMPLATES.require(act.actor, row.id, row.provider)
    return template_view(row, act.actor)


async def templates(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[TemplateView]:
    """The templates of one's own asset, the newest first; raises NotFound for anybody else's."""
    await assets.own_asset(act, asset_id)
    query = select(ComputingTemplate).where(ComputingTemplate.asset_id == asset_id)
    rows = await fetch(act.session, query, ComputingTemplate.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: template_view(row, act.actor))


def role_of(row: ComputingRun, actor: Actor) -> Role:
    """What the actor is to a run; raises NotFound for strangers."""
    role = RUNS.role(actor, buyer=row.buyer, provider=row.provider)
    if role is None:
        raise NotFound(kind=RUNS.kind, id=row.id)
    return role


def run_view(row: ComputingRun, actor: Actor) -> RunView:
    """A run for one of its sides: the buyer has an answer once it is released, the provider to review it."""
    role = role_of(row, actor)
    reads = role is Role.PROVIDER or row.status is ComputingRunState.RELEASED
    return shown(
        row,
        RunView,
        kind="aggregates" if row.template_id is None else "template",
        parameters=None if row.template_id is None else row.question["parameters"],
        answer=row.answer if reads else None,
        answer_sha256=row.answer_sha256 if reads else None,
        reviewed_by=row.reviewed_by if role is Role.PROVIDER else None,
        allowed_actions=sorted(map(str, RUN.actions(row.status, role))),
    )


async def run(act: Act, run_id: str) -> RunView:
    """One run; raises NotFound for strangers."""
    return run_view(await one(act.session, ComputingRun, run_id), act.actor)


async def runs(act: Act, *, order_id: str | None, limit: int, cursor: str | None) -> Page[RunView]:
    """The log of runs that the actor asked for or whose data is its own, the newest first."""
    query = select(ComputingRun).where(RUNS.among(act.actor, ComputingRun.buyer, ComputingRun.provider))
    if order_id is not None:
        query = query.where(ComputingRun.order_id == order_id)
    rows = await fetch(act.session, query, ComputingRun.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: run_view(row, act.actor))
