"""Reading offers to renew."""

from typing import Final

from sqlalchemy import select

from contracts.agreements import queries as agreements
from contracts.agreements.models import Agreement
from contracts.terms.document import parsed
from kernel.act import Act
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.renewals.models import Renewal
from market.renewals.schemas import RenewalView
from market.renewals.states import RENEWAL, RenewalState

AUDIENCE: Final = Audience("renewal", agreements.AUDIENCE.offices)
"""Whoever may read the agreement."""


async def renewal(act: Act, renewal_id: str) -> RenewalView:
    """An offer to renew, for the agreement's parties and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Renewal, renewal_id)
    AUDIENCE.require(act.actor, renewal_id, row.provider, row.consumer)
    return view(act, row)


async def renewals(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[RenewalView]:
    """Every offer to renew an agreement, the newest first; raises NotFound as for the agreement."""
    agreement = await one(act.session, Agreement, agreement_id)
    agreements.AUDIENCE.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    query = select(Renewal).where(Renewal.agreement_id == agreement.id)
    page = await fetch(act.session, query, Renewal.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: view(act, row))


def role_of(row: Renewal, party: str | None) -> Role | None:
    """What a party is in the agreement that is to be renewed."""
    return {row.provider: Role.PROVIDER, row.consumer: Role.BUYER}.get(party or "")


def view(act: Act, row: Renewal) -> RenewalView:
    """An offer to renew with what the actor's party may do: nothing once its time is over."""
    role = role_of(row, act.actor.party)
    over = row.status is RenewalState.OFFERED and row.expires_at <= act.at
    actions = [] if role is None or over else RENEWAL.actions(row.status, role)
    return shown(row, RenewalView, terms=parsed(row.terms), allowed_actions=[str(each) for each in actions])
