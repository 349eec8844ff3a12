"""The terms of an engagement: proposed by a client, accepted by an independent firm, or ended before a report."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.actor import Actor
from kernel.db import lock_name, locked
from kernel.errors import FieldError, NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.money import Money
from kernel.rules.policy import PolicyMissing
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import Clock, day_in_china
from rights.assets import queries as assets
from valuation.appraisal.policy import policies
from valuation.engagements import queries, rules
from valuation.engagements.errors import EngagementFaulty, NotYourPart, TeamFaulty
from valuation.engagements.independence import check as independence
from valuation.engagements.models import Engagement
from valuation.engagements.policy import POLICY
from valuation.engagements.schemas import AcceptEngagement, EngagementView, GiveReason, ProposeEngagement
from valuation.engagements.states import CLIENT, ENGAGEMENT, EngagementAction, EngagementState
from valuation.practitioners import queries as practitioners
from valuation.practitioners.models import Practitioner


async def propose(session: AsyncSession, actor: Actor, data: ProposeEngagement, *, clock: Clock) -> EngagementView:
    """A client asks a firm to value an asset; raises EngagementFaulty with every fault of the terms."""
    assert actor.party is not None
    now = clock.now()
    asset = await assets.asset(session, data.asset_id)
    faults = [*await _faults(session, actor, data, clock), *await _succession(session, actor, data)]
    if faults:
        raise EngagementFaulty(errors=faults, count=len(faults))
    fee = Money.of(data.fee.amount, "/fee/amount")
    row = Engagement(
        id=ids.new("eng"),
        client=actor.party,
        firm=data.firm,
        asset_id=asset.id,
        provider=asset.party_id,
        purpose=data.purpose,
        value_type=data.value_type,
        base_date=data.base_date,
        scope=data.scope,
        intended_users=data.intended_users,
        statutory=data.statutory,
        fee_basis=data.fee.basis,
        fee_minor=fee.minor,
        fee_currency=fee.currency,
        supersedes_id=data.supersedes,
        checks=[],
        created_at=now,
    )
    facts = {"asset": asset.id, "base_date": data.base_date.isoformat(), "value_type": data.value_type}
    await lifecycle.begin(session, row, ENGAGEMENT, actor, at=now, parties=queries.sides(row), **facts)
    return await queries.view(session, actor, row, now)


async def _faults(session: AsyncSession, actor: Actor, data: ProposeEngagement, clock: Clock) -> list[FieldError]:
    today = day_in_china(clock.now())
    fee = Money.of(data.fee.amount, "/fee/amount")
    terms = rules.Terms(data.base_date, data.fee.basis, fee.minor, data.intended_users)
    found = list(rules.term_faults(terms, today, POLICY.at(today).body.fee_bases))
    try:
        policies().at(data.base_date)
    except PolicyMissing:
        text = Text("基准日没有生效的评估规则集。", "No rule set is in force on the base date.")
        found.append(FieldError("/base_date", text, "LT-APR-07"))
    firm = await session.get(Party, data.firm)
    if firm is None or Role.VALUER not in firm.roles or firm.status != PartyState.ADMITTED:
        text = Text("不是已准入的评估机构。", "This is no admitted valuation firm.")
        found.append(FieldError("/firm", text, "LT-ENG-01"))
    elif firm.id == actor.party:
        found.append(rules.Tie("client", "firm").fault)
    return found


async def _succession(session: AsyncSession, actor: Actor, data: ProposeEngagement) -> list[FieldError]:
    """Only one's own report on the same asset by the same firm is replaced, while it stands."""
    if data.supersedes is None:
        return []
    earlier = await session.get(Engagement, data.supersedes)
    same = earlier is not None and (earlier.client, earlier.firm, earlier.asset_id) == (
        actor.party,
        data.firm,
        data.asset_id,
    )
    if earlier is None or not same or earlier.status != EngagementState.ISSUED:
        text = Text(
            "只能替代本方委托同一机构就同一资产出具且仍然有效的报告。",
            "Only a report in force of the same client, firm and asset can be replaced.",
        )
        return [FieldError("/supersedes", text, "LT-ENG-08")]
    return []


async def accept(
    session: AsyncSession, actor: Actor, engagement_id: str, data: AcceptEngagement, *, clock: Clock
) -> EngagementView:
    """The firm accepts with its team, after everybody's independence was checked."""
    row = await _of_firm(session, actor, engagement_id)
    now = clock.now()
    ENGAGEMENT.next(row.status, EngagementAction.ACCEPT, Role.VALUER)
    team = await _team(session, row, data)
    # Two clients on one asset accept at once: the second must see the first.
    await lock_name(session, "engagement", row.firm, row.asset_id)
    await independence.confirm(session, row, team, "accept", now)
    for part, person in team:
        setattr(row, part, person.id)
    row.accepted_at = now
    people = {part: person.id for part, person in team}
    await _advance(session, row, EngagementAction.ACCEPT, actor, Role.VALUER, clock, **people)
    return await queries.view(session, actor, row, now)


async def _of_firm(session: AsyncSession, actor: Actor, engagement_id: str) -> Engagement:
    row = await locked(session, Engagement, ids.require("eng", engagement_id))
    if row.firm != actor.party:
        raise NotFound(kind="engagement", id=engagement_id)
    return row


async def _team(session: AsyncSession, row: Engagement, data: AcceptEngagement) -> independence.Team:
    """Three practising persons of the firm; raises TeamFaulty with every fault."""
    named = [(part, getattr(data, part)) for part in queries.PARTS]
    people = await practitioners.by_ids(session, [each for _, each in named])
    faults, found, seen = [], [], set[str]()
    for part, each in named:
        person = people.get(each)
        if person is None or person.firm != row.firm or person.ended_at is not None:
            text = Text("不是本机构在册评估人员。", "This is no practising valuer of your firm.")
            faults.append(FieldError(f"/{part}", text, "LT-ENG-04"))
        elif each in seen:
            text = Text("须为不同的人员。", "This must be another person.")
            faults.append(FieldError(f"/{part}", text, "LT-ENG-04"))
        else:
            found.append((part, person))
        seen.add(each)
    if faults:
        raise TeamFaulty(errors=faults)
    return tuple(found)


async def decline(
    session: AsyncSession, actor: Actor, engagement_id: str, data: GiveReason, *, clock: Clock
) -> EngagementView:
    """The firm declines a proposal."""
    row = await _of_firm(session, actor, engagement_id)
    row.reason = data.reason
    await _advance(session, row, EngagementAction.DECLINE, actor, Role.VALUER, clock, reason=data.reason)
    return await queries.view(session, actor, row, clock.now())


async def terminate(
    session: AsyncSession, actor: Actor, engagement_id: str, data: GiveReason, *, clock: Clock
) -> EngagementView:
    """The client or the firm ends an engagement that has no report yet."""
    row = await locked(session, Engagement, ids.require("eng", engagement_id))
    if actor.party not in (row.client, row.firm):
        raise NotFound(kind="engagement", id=engagement_id)
    role = Role.VALUER if actor.party == row.firm else CLIENT
    row.reason = data.reason
    await _advance(session, row, EngagementAction.TERMINATE, actor, role, clock, reason=data.reason)
    return await queries.view(session, actor, row, clock.now())


async def withdraw(
    session: AsyncSession, actor: Actor, engagement_id: str, data: GiveReason, *, clock: Clock
) -> EngagementView:
    """One of the two valuers takes an issued report back; the register says so from then on."""
    row = await _of_firm(session, actor, engagement_id)
    person = await practitioners.acting(session, actor)
    require_part(row, person, "first_valuer", "second_valuer")
    row.reason = data.reason
    facts = {"reason": data.reason, "by": person.id}
    await _advance(session, row, EngagementAction.WITHDRAW, actor, Role.VALUER, clock, **facts)
    return await queries.view(session, actor, row, clock.now())


def require_part(row: Engagement, person: Practitioner, *parts: str) -> str:
    """Which of the named parts the person plays; raises NotYourPart."""
    for part in parts:
        if getattr(row, part) == person.id:
            return part
    raise NotYourPart(part=" / ".join(parts))


async def _advance(
    session: AsyncSession,
    row: Engagement,
    action: EngagementAction,
    actor: Actor,
    role: Role,
    clock: Clock,
    **facts: object,
) -> None:
    await lifecycle.advance(
        session, row, ENGAGEMENT, action, actor, role, at=clock.now(), parties=queries.sides(row), **facts
    )
