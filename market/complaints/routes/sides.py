"""What buyer and provider do in a complaint."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from market.complaints import errors
from market.complaints.bundle import gathering
from market.complaints.commands import deciding, executing, filing, settling
from market.complaints.routes.access import ANSWER, FILE, IN_TIME, READ, SIDES, STEP, TAKE_PART
from market.complaints.schemas import (
    AnswerComplaint,
    AnswerProposal,
    AnswerRedelivery,
    AppealDecision,
    ComplaintBundleView,
    ComplaintStepView,
    ComplaintView,
    FileComplaint,
    HandOffComplaint,
    PostComplaintMessage,
    RedeliverComplaint,
    WithdrawComplaint,
)
from market.delivery_plans.errors import DeliveredInParts
from market.redeliveries.errors import RedeliveryUnfit
from market.refunds.errors import PaymentDisputed, SharesUnknown


@post(
    "/v1/complaints",
    opt=FILE,
    responses=problems(
        NotFound,
        errors.ComplaintAboutNothing,
        errors.ComplaintRepeated,
        errors.ComplaintsTooMany,
        errors.ComplaintUnfit,
        errors.ComplaintTooLate,
        errors.RemedyFaulty,
        errors.ComplaintFilesFaulty,
        PaymentDisputed,
        SharesUnknown,
        DeliveredInParts,
        IdempotencyKeyReused,
    ),
)
async def file_complaint(data: JSONBody[FileComplaint], once: NamedDependency[Once]) -> Response[ComplaintView]:
    """提出投诉 · Complain about an order, its delivery or a bill; the disputed part of the money is held."""
    return await once(filing.file, data)


@post(
    "/v1/complaints/{complaint_id:str}/answer",
    opt=ANSWER,
    status_code=200,
    responses=problems(*IN_TIME, errors.RemedyFaulty, errors.ComplaintFilesFaulty, IdempotencyKeyReused),
)
async def answer_complaint(
    complaint_id: FromPath[str], data: JSONBody[AnswerComplaint], once: NamedDependency[Once]
) -> Response[ComplaintView]:
    """答复投诉 · The provider contests, or concedes what is asked, which is then carried out."""
    return await once(settling.answer, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/proposal-answer",
    opt=SIDES,
    status_code=200,
    responses=problems(*IN_TIME, errors.ProposalAnswered, IdempotencyKeyReused),
)
async def answer_proposal(
    complaint_id: FromPath[str], data: JSONBody[AnswerProposal], once: NamedDependency[Once]
) -> Response[ComplaintView]:
    """答复调解方案 · Take the mediator's proposal or not; with both sides it is carried out."""
    return await once(settling.respond, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/appeal",
    opt=SIDES,
    status_code=200,
    responses=problems(*IN_TIME, errors.ComplaintFilesFaulty),
)
async def appeal_complaint(
    complaint_id: FromPath[str], data: JSONBody[AppealDecision], act: NamedDependency[Act]
) -> ComplaintView:
    """申请复核 · Have the decision looked at by another person."""
    return await deciding.appeal(act, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/hand-off",
    opt=SIDES,
    status_code=200,
    responses=problems(*STEP, errors.ComplaintFilesFaulty),
)
async def hand_off_complaint(
    complaint_id: FromPath[str], data: JSONBody[HandOffComplaint], act: NamedDependency[Act]
) -> ComplaintView:
    """移交仲裁或诉讼 · Prove that the matter is before a court or an arbitral body; what is held waits for it."""
    return await deciding.hand_off(act, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/redelivery",
    opt=ANSWER,
    status_code=200,
    responses=problems(*IN_TIME, RedeliveryUnfit),
)
async def redeliver_complaint(
    complaint_id: FromPath[str], data: JSONBody[RedeliverComplaint], act: NamedDependency[Act]
) -> ComplaintView:
    """重新交付 · The provider delivers again, in time; if not, the disputed amount goes back."""
    return await executing.redeliver(act, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/redelivery-answer",
    opt=FILE,
    status_code=200,
    responses=problems(*IN_TIME, errors.ComplaintFilesFaulty, IdempotencyKeyReused),
)
async def answer_redelivery(
    complaint_id: FromPath[str], data: JSONBody[AnswerRedelivery], once: NamedDependency[Once]
) -> Response[ComplaintView]:
    """验收重新交付 · The buyer takes what was delivered again, or the centre decides."""
    return await once(executing.answer_redelivery, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/withdrawal",
    opt=FILE,
    status_code=200,
    responses=problems(*STEP, IdempotencyKeyReused),
)
async def withdraw_complaint(
    complaint_id: FromPath[str], data: JSONBody[WithdrawComplaint], once: NamedDependency[Once]
) -> Response[ComplaintView]:
    """撤回投诉 · Give the complaint up; nothing is held any more."""
    return await once(settling.withdraw, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/messages",
    opt=TAKE_PART,
    responses=problems(NotFound, errors.ComplaintMessagesTooMany, errors.ComplaintFilesFaulty, IdempotencyKeyReused),
)
async def post_complaint_message(
    complaint_id: FromPath[str], data: JSONBody[PostComplaintMessage], once: NamedDependency[Once]
) -> Response[ComplaintStepView]:
    """案卷留言 · Write in the case, for both sides and the centre."""
    return await once(settling.post, ids.require("cpl", complaint_id), data)


@post(
    "/v1/complaints/{complaint_id:str}/bundles",
    opt=READ,
    responses=problems(NotFound, errors.BundlesTooMany, IdempotencyKeyReused),
)
async def ask_complaint_bundle(
    complaint_id: FromPath[str], once: NamedDependency[Once]
) -> Response[ComplaintBundleView]:
    """生成移交包 · Ask for the whole record as a signed bundle, for arbitration or court."""
    return await once(gathering.ask, ids.require("cpl", complaint_id))


ROUTES = [
    file_complaint,
    answer_complaint,
    answer_proposal,
    appeal_complaint,
    hand_off_complaint,
    redeliver_complaint,
    answer_redelivery,
    withdraw_complaint,
    post_complaint_message,
    ask_complaint_bundle,
]
