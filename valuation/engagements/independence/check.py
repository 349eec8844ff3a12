"""The check of independence (独立性核查): gathers the facts, asks the rules, keeps what was looked at."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.time.clock import day_in_china, end_of_day_in_china, months_before, timestamp
from rights.assets.models import Asset
from rights.objections.models import Objection
from rights.title.models import TitleGrant
from rights.title.states import GrantState
from valuation.appraisal.basis import independence_check
from valuation.appraisal.errors import IndependenceImpaired
from valuation.engagements import rules
from valuation.engagements.independence.dealings import between
from valuation.engagements.models import Engagement
from valuation.engagements.policy import POLICY
from valuation.engagements.rules import Dealing, Matter, Person
from valuation.engagements.states import OPEN
from valuation.practitioners.models import Practitioner

Team = tuple[tuple[str, Practitioner], ...]
"""Who works on the engagement, each with its part."""


async def confirm(session: AsyncSession, row: Engagement, team: Team, occasion: str, at: datetime) -> None:
    """Check the firm and its valuers and note it; raises IndependenceImpaired naming every kind of conflict."""
    since = months_before(day_in_china(at), POLICY.at(day_in_china(at)).body.lookback_months)
    matter = await gathered(session, row.firm, row.client, row.asset_id, row.provider, team, since)
    refuse(rules.ties(matter))
    row.checks = [*row.checks, _noted(occasion, matter, since, at)]


@independence_check
async def of_firm(session: AsyncSession, firm: str, asset: Asset, at: datetime) -> None:
    """Check a firm that values by itself: the provider stands for the client; raises IndependenceImpaired."""
    since = months_before(day_in_china(at), POLICY.at(day_in_china(at)).body.lookback_months)
    refuse(rules.ties(await gathered(session, firm, asset.party_id, asset.id, asset.party_id, (), since)))


def refuse(found: Iterable[rules.Tie]) -> None:
    """Raise IndependenceImpaired when there is any tie; the answer names kinds and days, not the business."""
    ties = list(found)
    if ties:
        conflicts = sorted({tie.kind for tie in ties})
        raise IndependenceImpaired(errors=[tie.fault for tie in ties], count=len(ties), conflicts=conflicts)


def _noted(occasion: str, matter: Matter, since: date, at: datetime) -> dict[str, Any]:
    return {
        "at": timestamp(at),
        "occasion": occasion,
        "since": since.isoformat(),
        "firm": matter.firm,
        "concerned": sorted(matter.concerned),
        "people": [{"part": each.part, "id": each.id, "interests": sorted(each.interests)} for each in matter.people],
        "ties": [],
    }


async def gathered(
    session: AsyncSession, firm: str, client: str, asset_id: str, provider: str, team: Team, since: date
) -> Matter:
    """All facts of a check as they stand now."""
    grantees = select(TitleGrant.grantee_id).where(
        TitleGrant.asset_id == asset_id, TitleGrant.status == GrantState.ACTIVE
    )
    holders = frozenset(await session.scalars(grantees))
    people = tuple(Person(part, each.id, frozenset(each.interests)) for part, each in team)
    ours = {firm}.union(*(person.interests for person in people))
    concerned = {client, provider, *holders}
    start = end_of_day_in_china(since)
    dealings = [
        *await between(session, sorted(ours), sorted(concerned), start),
        *await _objections(session, asset_id, ours, provider, start),
    ]
    others = select(Engagement.client).where(
        Engagement.firm == firm,
        Engagement.asset_id == asset_id,
        Engagement.client != client,
        Engagement.status.in_(OPEN),
    )
    clients = tuple(sorted(set(await session.scalars(others))))
    return Matter(firm, client, provider, holders, people, tuple(dealings), clients)


async def _objections(
    session: AsyncSession, asset_id: str, ours: Iterable[str], provider: str, since: datetime
) -> list[Dealing]:
    query = select(Objection).where(
        Objection.asset_id == asset_id, Objection.objector_id.in_(sorted(ours)), Objection.created_at >= since
    )
    return [
        Dealing("objection", each.id, each.raised_on, frozenset({str(each.objector_id), provider}))
        for each in await session.scalars(query)
    ]
