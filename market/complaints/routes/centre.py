"""What the centre's officers do in a complaint."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.http.problems import problems
from market.complaints import errors
from market.complaints.commands import deciding, settling
from market.complaints.routes.access import IN_TIME, MEDIATE, STEP
from market.complaints.schemas import ComplaintView, ConcludeComplaint, DecideComplaint, ProposeRemedy

_DECISION = problems(*STEP, errors.MediatorNotIndependent, errors.RuleUnknown, errors.RemedyFaulty)


@post(
    "/v1/complaints/{complaint_id:str}/mediation",
    opt=MEDIATE,
    status_code=200,
    responses=problems(*STEP, errors.MediatorNotIndependent),
)
async def mediate_complaint(complaint_id: FromPath[str], act: NamedDependency[Act]) -> ComplaintView:
    """受理调解 · Take the case and mediate."""
    return await settling.take(act, ids.require("cpl", complaint_id))


@post(
    "/v1/complaints/{complaint_id:str}/proposal",
    opt=MEDIATE,
    status_code=200,
    responses=problems(*IN_TIME, errors.MediatorNotIndependent, errors.RemedyFaulty),
)
async def propose_remedy(
    complaint_id: FromPath[str], data: JSONBody[ProposeRemedy], act: NamedDependency[Act]
) -> ComplaintView:
    """提出调解方案 · Propose to both what is to become of it."""
    return await settling.propose(act, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/mediation-end",
    opt=MEDIATE,
    status_code=200,
    responses=problems(*STEP, errors.MediatorNotIndependent),
)
async def end_mediation(complaint_id: FromPath[str], act: NamedDependency[Act]) -> ComplaintView:
    """终止调解 · Nothing will be agreed: the decision follows."""
    return await deciding.end_mediation(act, ids.require("cpl", complaint_id))


@post("/v1/complaints/{complaint_id:str}/decision", opt=MEDIATE, status_code=200, responses=_DECISION)
async def decide_complaint(
    complaint_id: FromPath[str], data: JSONBody[DecideComplaint], act: NamedDependency[Act]
) -> ComplaintView:
    """作出决定 · Decide, with facts, grounds and rules, in a signed document; either side may appeal."""
    return await deciding.decide(act, ids.require("cpl", complaint_id), data)


@post("/v1/complaints/{complaint_id:str}/appeal-decision", opt=MEDIATE, status_code=200, responses=_DECISION)
async def rule_on_appeal(
    complaint_id: FromPath[str], data: JSONBody[DecideComplaint], act: NamedDependency[Act]
) -> ComplaintView:
    """复核决定 · Decide on the appeal; whoever mediated or decided before does not."""
    return await deciding.rule(act, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/conclusion",
    opt=MEDIATE,
    status_code=200,
    responses=problems(*STEP, errors.MediatorNotIndependent, errors.RemedyFaulty, errors.ComplaintFilesFaulty),
)
async def conclude_complaint(
    complaint_id: FromPath[str], data: JSONBody[ConcludeComplaint], act: NamedDependency[Act]
) -> ComplaintView:
    """录入裁判结果 · Enter what the court or the arbitral body decided; it is carried out."""
    return await deciding.conclude(act, ids.require("cpl", complaint_id), data)


ROUTES = [mediate_complaint, propose_remedy, end_mediation, decide_complaint, rule_on_appeal, conclude_complaint]
