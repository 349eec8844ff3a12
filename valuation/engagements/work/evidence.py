"""What valuers rest on: requests for data with their answers, and working papers that are kept."""

from sqlalchemy.exc import IntegrityError

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import constraint_name, locked, one
from kernel.errors import FieldError
from kernel.log.record import record
from kernel.states import IllegalTransition, Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from kernel.uploads.queries import own_file, own_files
from valuation.engagements import queries, rules
from valuation.engagements.commands import require_part
from valuation.engagements.errors import EngagementFaulty, PaperTaken
from valuation.engagements.models import DataRequest, Engagement, WorkingPaper
from valuation.engagements.policy import POLICY, EngagementPolicy
from valuation.engagements.schemas import (
    AddPaper,
    AnswerRequest,
    AskForData,
    GiveReason,
    PaperView,
    RequestView,
)
from valuation.engagements.states import CLIENT, DATA_REQUEST, ENGAGEMENT, OPEN, RequestAction
from valuation.practitioners.models import Practitioner
from valuation.practitioners.queries import acting


async def at_work(act: Act, engagement_id: str) -> tuple[Engagement, Practitioner]:
    """An open engagement, locked, and the valuer of it who acts; raises NotFound, NotYourPart, IllegalTransition."""
    row = await locked(act.session, Engagement, ids.require("eng", engagement_id))
    queries.AUDIENCE.require_party(act.actor, engagement_id, row.firm)
    person = await acting(act)
    require_part(row, person, *queries.PARTS)
    if row.status not in OPEN:
        allowed = [str(action) for action in ENGAGEMENT.actions(row.status)]
        raise IllegalTransition(machine=ENGAGEMENT.name, state=str(row.status), action="work", allowed=allowed)
    return row, person


async def ask(act: Act, engagement_id: str, data: AskForData) -> RequestView:
    """A valuer of the engagement asks the client for something."""
    row, person = await at_work(act, engagement_id)
    today = day_in_china(act.at)
    longest = POLICY.at(today).body.request_days_max
    if not 1 <= (data.due_on - today).days <= longest:
        text = Text(f"期限须在明日起 {longest} 日内。", f"Give from one to {longest} days; {data.due_on} is outside.")
        raise EngagementFaulty(errors=[FieldError("/due_on", text, "LT-ENG-05")], count=1)
    new = DataRequest(
        id=ids.new("drq"),
        engagement_id=row.id,
        asked_by=person.id,
        subject=data.subject,
        due_on=data.due_on,
        files=[],
        created_at=act.at,
    )
    facts = {"engagement": row.id, "due_on": data.due_on.isoformat()}
    await lifecycle.begin(act, new, DATA_REQUEST, parties=queries.sides(row), **facts)
    return queries.request_view(new, act.at)


async def answer(act: Act, request_id: str, data: AnswerRequest) -> RequestView:
    """The client, or the asset's provider, answers; files are named by their digests and answered for (art. 23)."""
    new = await locked(act.session, DataRequest, ids.require("drq", request_id))
    row = await act.session.get_one(Engagement, new.engagement_id)
    queries.REQUESTS.require_party(act.actor, request_id, row.client, row.provider)
    files = await own_files(act, data.files)
    given = [
        {
            "file_id": each.id,
            "name": each.name,
            "sha256": each.sha256,
            "size_bytes": each.size_bytes,
            "owner": each.owner,
        }
        for each in files
    ]
    await _move(act, row, new, RequestAction.ANSWER, CLIENT, files=[each["sha256"] for each in given])
    new.answer, new.files, new.answered_at = data.answer, [*new.files, *given], act.at
    return queries.request_view(new, act.at)


async def reopen(act: Act, request_id: str, data: GiveReason) -> RequestView:
    """A valuer finds an answer wanting and asks again."""
    return await _decide(act, request_id, RequestAction.REOPEN, data)


async def waive(act: Act, request_id: str, data: GiveReason) -> RequestView:
    """A valuer goes on without an answer and says why."""
    return await _decide(act, request_id, RequestAction.WAIVE, data)


async def _decide(act: Act, request_id: str, action: RequestAction, data: GiveReason) -> RequestView:
    asked = await one(act.session, DataRequest, ids.require("drq", request_id))
    of = await act.session.get_one(Engagement, asked.engagement_id)
    queries.REQUESTS.require_party(act.actor, request_id, of.firm)
    row, _ = await at_work(act, asked.engagement_id)
    await _move(act, row, asked, action, Role.VALUER, reason=data.reason)
    asked.reason = data.reason
    return queries.request_view(asked, act.at)


async def _move(
    act: Act, row: Engagement, asked: DataRequest, action: RequestAction, role: Role, **facts: object
) -> None:
    parties = queries.sides(row)
    known = {"engagement": row.id, **facts}
    await lifecycle.advance(act, asked, DATA_REQUEST, action, role, parties=parties, **known)


async def add_paper(act: Act, engagement_id: str, data: AddPaper) -> PaperView:
    """A valuer keeps a file of the firm among the working papers."""
    row, person = await at_work(act, engagement_id)
    file = await own_file(act, data.file_id)
    policy = POLICY.at(day_in_china(act.at)).body
    paper = WorkingPaper(
        id=ids.new("wpr"),
        engagement_id=row.id,
        kind=data.kind,
        title=data.title,
        file_id=file.id,
        name=file.name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        added_by=person.id,
        retention_until=rules.kept_until(day_in_china(act.at), archive_years(row, policy)),
        created_at=act.at,
    )
    act.session.add(paper)
    facts = {"engagement": row.id, "kind": data.kind, "sha256": file.sha256}
    record(act, "valuation.paper.added", paper.id, parties=[row.firm], facts=facts)
    try:
        await act.session.flush()  # One file is one paper; the second attempt is told here.
    except IntegrityError as problem:
        if constraint_name(problem) == "uq_working_paper_engagement_id_file_id":
            raise PaperTaken(file_id=data.file_id) from problem
        raise
    return queries.paper_view(paper)


def archive_years(row: Engagement, policy: EngagementPolicy) -> int:
    """For how long the law wants the archive kept (资产评估法 art. 29)."""
    return policy.archive_years_statutory if row.statutory else policy.archive_years
