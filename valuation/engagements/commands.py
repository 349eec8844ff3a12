"""The terms of an engagement: proposed by a client, accepted by an independent firm, or ended before a report."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import lock_name, locked
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.log.record import record
from kernel.money import Money
from kernel.rules.policy import PolicyMissing
from kernel.states import IllegalTransition, Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.title import queries as title
from valuation.appraisal.policy import policies
from valuation.engagements import queries, rules
from valuation.engagements.errors import EngagementFaulty, NotYourPart, TeamFaulty
from valuation.engagements.independence import check as independence
from valuation.engagements.models import Engagement
from valuation.engagements.policy import POLICY
from valuation.engagements.schemas import AcceptEngagement, EngagementView, GiveReason, ProposeEngagement
from valuation.engagements.states import CLIENT, ENGAGEMENT, OPEN, EngagementAction, EngagementState
from valuation.practitioners import queries as practitioners
from valuation.practitioners.models import Practitioner


async def propose(act: Act, data: ProposeEngagement) -> EngagementView:
    """A client asks a firm to value an asset; raises EngagementFaulty with every fault of the terms.

    An asset that the client may not know of is not there. Who proposes for its own asset consents by that.
    """
    assert act.actor.party is not None
    asset = await title.titled_asset(act, data.asset_id)
    faults = [*await _faults(act, data), *await _succession(act, data)]
    if faults:
        raise EngagementFaulty(errors=faults, count=len(faults))
    fee = Money.of(data.fee.amount, "/fee/amount")
    row = Engagement(
        id=ids.new("eng"),
        client=act.actor.party,
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
        created_at=act.at,
        consented_at=act.at if act.actor.party == asset.party_id else None,
    )
    facts = {"asset": asset.id, "base_date": data.base_date.isoformat(), "value_type": data.value_type}
    await lifecycle.begin(act, row, ENGAGEMENT, parties=queries.sides(row), **facts)
    return await queries.view(act, row)


async def _faults(act: Act, data: ProposeEngagement) -> list[FieldError]:
    today = day_in_china(act.at)
    fee = Money.of(data.fee.amount, "/fee/amount")
    terms = rules.Terms(data.base_date, data.fee.basis, fee.minor, data.intended_users)
    found = list(rules.term_faults(terms, today, POLICY.at(today).body.fee_bases))
    try:
        policies().at(data.base_date)
    except PolicyMissing:
        text = Text("基准日没有生效的评估规则集。", "No rule set is in force on the base date.")
        found.append(FieldError("/base_date", text, "LT-APR-07"))
    firm = await act.session.get(Party, data.firm)
    if firm is None or Role.VALUER not in firm.roles or firm.status != PartyState.ADMITTED:
        text = Text("不是已准入的评估机构。", "This is no admitted valuation firm.")
        found.append(FieldError("/firm", text, "LT-ENG-01"))
    elif firm.id == act.actor.party:
        found.append(rules.Tie("client", "firm").fault)
    return found


async def _succession(act: Act, data: ProposeEngagement) -> list[FieldError]:
    """Only one's own report on the same asset by the same firm is replaced, while it stands."""
    if data.supersedes is None:
        return []
    earlier = await act.session.get(Engagement, data.supersedes)
    same = earlier is not None and (earlier.client, earlier.firm, earlier.asset_id) == (
        act.actor.party,
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


async def accept(act: Act, engagement_id: str, data: AcceptEngagement) -> EngagementView:
    """The firm accepts with its team, after everybody's independence was checked."""
    row = await _of_firm(act, engagement_id)
    ENGAGEMENT.next(row.status, EngagementAction.ACCEPT, Role.VALUER)
    team = await _team(act.session, row, data)
    # Two clients on one asset accept at once: the second must see the first.
    await lock_name(act.session, "engagement", row.firm, row.asset_id)
    await independence.confirm(act.session, row, team, "accept", act.at)
    for part, person in team:
        setattr(row, part, person.id)
    row.accepted_at = act.at
    people = {part: person.id for part, person in team}
    await _advance(act, row, EngagementAction.ACCEPT, Role.VALUER, **people)
    return await queries.view(act, row)


async def _of_firm(act: Act, engagement_id: str) -> Engagement:
    row = await locked(act.session, Engagement, ids.require("eng", engagement_id))
    queries.AUDIENCE.require_party(act.actor, engagement_id, row.firm)
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


async def consent(act: Act, engagement_id: str) -> EngagementView:
    """The asset's provider lets another's valuers score it and read of its quality; again, it changes nothing.

    Raises NotFound for anybody else and IllegalTransition once the engagement has ended.
    """
    row = await locked(act.session, Engagement, ids.require("eng", engagement_id))
    queries.AUDIENCE.require_party(act.actor, engagement_id, row.provider)
    if row.status not in (EngagementState.PROPOSED, *OPEN):
        allowed = [str(action) for action in ENGAGEMENT.actions(row.status)]
        raise IllegalTransition(machine=ENGAGEMENT.name, state=str(row.status), action="consent", allowed=allowed)
    if row.consented_at is None:
        row.consented_at = act.at
        facts = {"asset": row.asset_id, "firm": row.firm}
        record(act, "valuation.engagement.consented", row.id, parties=queries.sides(row), facts=facts)
    return await queries.view(act, row)


async def decline(act: Act, engagement_id: str, data: GiveReason) -> EngagementView:
    """The firm declines a proposal."""
    row = await _of_firm(act, engagement_id)
    row.reason = data.reason
    await _advance(act, row, EngagementAction.DECLINE, Role.VALUER, reason=data.reason)
    return await queries.view(act, row)


async def terminate(act: Act, engagement_id: str, data: GiveReason) -> EngagementView:
    """The client or the firm ends an engagement that has no report yet."""
    row = await locked(act.session, Engagement, ids.require("eng", engagement_id))
    queries.AUDIENCE.require_party(act.actor, engagement_id, row.client, row.firm)
    role = Role.VALUER if act.actor.party == row.firm else CLIENT
    row.reason = data.reason
    await _advance(act, row, EngagementAction.TERMINATE, role, reason=data.reason)
    return await queries.view(act, row)


async def withdraw(act: Act, engagement_id: str, data: GiveReason) -> EngagementView:
    """One of the two valuers takes an issued report back; the register says so from then on."""
    row = await _of_firm(act, engagement_id)
    person = await practitioners.acting(act)
    require_part(row, person, "first_valuer", "second_valuer")
    row.reason = data.reason
    facts = {"reason": data.reason, "by": person.id}
    await _advance(act, row, EngagementAction.WITHDRAW, Role.VALUER, **facts)
    return await queries.view(act, row)


def require_part(row: Engagement, person: Practitioner, *parts: str) -> str:
    """Which of the named parts the person plays; raises NotYourPart."""
    for part in parts:
        if getattr(row, part) == person.id:
            return part
    raise NotYourPart(part=" / ".join(parts))


async def _advance(act: Act, row: Engagement, action: EngagementAction, role: Role, **facts: object) -> None:
    await lifecycle.advance(act, row, ENGAGEMENT, action, role, parties=queries.sides(row), **facts)
