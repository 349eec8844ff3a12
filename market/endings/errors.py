"""Refusals of notices of termination."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


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
