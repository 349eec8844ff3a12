"""Refusals of cancellations and of notices of termination."""

from typing import Final

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text
from market.orders.states import OrderState


class CancellationTooLate(Conflict):
    """An order that is paid is not cancelled by one side; what its sides can do depends on how far it is."""

    title = Text("订单已不能取消", "The order is past its cancellation")
    detail = Text(
        "订单 {order} 处于“{state}”状态，不能单方取消。可行的做法：{steps}",
        "The order {order} is {state}, and no side cancels it alone. What can be done: {steps}",
    )
    rule = "LT-ORD-12"


STEPS_AFTER_PAYMENT: Final = {
    OrderState.PAID: Text(
        "提供方用 POST /v1/refunds 全额退款，订单随即终结；或双方用 POST "
        "/v1/agreements/{agreement}/termination 协商解除；买方可就未交付提起投诉（POST /v1/complaints）。",
        "the provider gives the whole price back by POST /v1/refunds, which ends the order; both agree on the end by"
        " POST /v1/agreements/{agreement}/termination; the buyer complains of what is not delivered by POST"
        " /v1/complaints.",
    ),
    OrderState.DELIVERED: Text(
        "买方在验收期内提起投诉（POST /v1/complaints），或用 POST /v1/orders/{order}/acceptance 验收；提供方用 POST "
        "/v1/refunds 退款；或双方用 POST /v1/agreements/{agreement}/termination 协商解除。",
        "the buyer complains within its inspection by POST /v1/complaints, or accepts by POST"
        " /v1/orders/{order}/acceptance; the provider gives money back by POST /v1/refunds; or both agree on the end by"
        " POST /v1/agreements/{agreement}/termination.",
    ),
    OrderState.ACCEPTED: Text(
        "订单已验收，等待结算；隐蔽瑕疵仍可投诉（POST /v1/complaints）。",
        "it is accepted and about to be settled; of a hidden fault one still complains by POST /v1/complaints.",
    ),
    OrderState.SETTLED: Text(
        "隐蔽瑕疵可投诉（POST /v1/complaints）；提供方可用 POST /v1/refunds 退款；买方可用 POST "
        "/v1/agreements/{agreement}/termination 放弃使用，已付价款不退。",
        "of a hidden fault one complains by POST /v1/complaints; the provider may give money back by POST /v1/refunds;"
        " the buyer may give its licence up by POST /v1/agreements/{agreement}/termination and gets nothing back.",
    ),
}
"""What either side can do instead of cancelling, by how far the order is."""

OVER: Final = Text("订单已终结，无须再作处理。", "nothing: the order is over.")


class TerminationUnfounded(Unprocessable):
    """The ground that the notice names does not carry it."""

    title = Text("解除没有依据", "The ground does not carry the notice")
    detail = Text("所称依据不足以解除：{why}", "What the notice names does not carry it: {why}")
    rule = "LT-END-01"


WHY_UNFOUNDED = {
    "breach": Text(
        "该义务不是对方在本协议项下的违约记录；违约须为逾期未履行的义务。",
        "That obligation is no breach of the other side's under this agreement; a breach is an obligation overdue.",
    ),
    "given-up": Text("只有使用方可以放弃，且须已结算。", "Only the consumer gives it up, and only what is settled."),
    "unsettled": Text(
        "订单尚未结算：由双方协商解除，或由使用方因违约解除，或申请退款。",
        "The order is not settled: both agree, or the consumer ends it for a breach, or asks for its money back.",
    ),
}
"""Why a ground does not carry a notice."""


class TerminationPending(Conflict):
    """Another notice waits for its answer."""

    title = Text("已有待答复的解除通知", "A notice waits already")
    detail = Text("解除通知 {termination} 尚待答复，至 {until}。", "The notice {termination} waits until {until}.")
    rule = "LT-END-01"


class AgreementNotBinding(Conflict):
    """There is nothing to end: the agreement is not in force, or has ended."""

    title = Text("协议不在有效期", "The agreement does not bind")
    detail = Text(
        "协议 {agreement} 处于“{state}”状态；只有生效或中止中的协议可以解除。",
        "The agreement {agreement} is {state}; only one that is in force or suspended is ended.",
    )
    rule = "LT-END-01"


class NotYoursToAnswer(Forbidden):
    """The other side answers a notice, and whoever gave it withdraws it."""

    title = Text("不由您答复", "Not yours to answer")
    detail = Text("通知由对方答复，由发出方撤回。", "The other side answers a notice; whoever gave it may withdraw it.")
    rule = "LT-END-01"


class TerminationOver(Conflict):
    """The time that the notice gave is over, whether or not that is written down yet."""

    title = Text("答复期限已过", "The time to answer is over")
    detail = Text(
        "解除通知 {termination} 的期限已于 {due_at} 届满，不再答复或撤回；系统随即记录其结果，如需解除请另行通知。",
        "The time of the notice {termination} was over at {due_at}: it is not answered or withdrawn any more. What"
        " became of it is about to be noted; give another notice to end the agreement.",
    )
    rule = "LT-END-01"


class BreachNotRefused(Conflict):
    """Whoever is in breach cannot say no to the end that the breach carries."""

    title = Text("违约解除不能以拒绝阻止", "A notice for a breach is not refused")
    detail = Text(
        "因违约的解除通知不经同意：请在 {due_at} 前履行 {obligation}，或同意解除，或请对方撤回通知。",
        "A notice for a breach needs no consent: make {obligation} good before {due_at}, agree to the end, or ask the"
        " other side to withdraw.",
    )
    rule = "LT-END-01"
