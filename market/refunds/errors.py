"""Refusals of refunds."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class NothingPaid(Conflict):
    """Only what was paid can go back."""

    title = Text("没有可退的款项", "Nothing was paid")
    detail = Text("“{subject}”没有已到账的款项，无从退款。", "Nothing that was paid for {subject} is here to go back.")
    rule = "LT-RFD-01"


class RefundAboveRemaining(Unprocessable):
    """Refunds of a payment never come to more than was paid, and never to more than is left of it."""

    title = Text("退款超过可退金额", "More than can be refunded")
    detail = Text(
        "申请退款 {asked}；“{subject}”实付 {paid}，已退或在退 {refunded}，现可退 {left}。",
        "{asked} was asked for; of {subject} {paid} was paid, {refunded} is refunded or on its way, {left} is left.",
    )
    rule = "LT-RFD-01"


class SharesUnknown(Conflict):
    """What was settled before shares were recorded cannot be taken back share by share."""

    title = Text("无分配记录", "There is no record of the shares")
    detail = Text(
        "“{subject}”在启用分配记录前结算，须由清算人员另行处理。",
        "{subject} was settled before shares were recorded; the clearing officer has to settle it by agreement.",
    )
    rule = "LT-RFD-02"


class NotYoursToRefund(Forbidden):
    """The clearing officer proposes refunds, and a provider grants them for its own orders and bills."""

    title = Text("不能由您发起退款", "The refund is not yours to give")
    detail = Text(
        "退款由结算专员提出，或由提供方就本方订单、账单同意；买方请向提供方或中心提出。",
        "The clearing officer proposes refunds, and a provider grants them for its own orders and bills;"
        " as the buyer, ask either.",
    )
    rule = "LT-RFD-03"


class RefundApproverNotIndependent(Forbidden):
    """Whoever proposed a refund does not approve it."""

    title = Text("须由另一名人员审批", "Somebody else has to approve")
    detail = Text(
        "该退款由 {proposer} 提出，审批人须为另一人。",
        "It was proposed by {proposer}; another person has to approve it.",
    )
    rule = "LT-RFD-03"


class RefundNotByBank(Conflict):
    """The clearing officer confirms what went by bank; a gateway reports what it sent itself."""

    title = Text("该退款不经银行退回", "The refund does not go by bank")
    detail = Text(
        "退款 {refund} 的退回方式为“{method}”，由渠道自动确认。",
        "The refund {refund} goes by {method}, which reports it itself.",
    )
    rule = "LT-RFD-04"


class RefundSameWay(Conflict):
    """What has failed one way is sent another way."""

    title = Text("须改用其他方式", "Another way is needed")
    detail = Text(
        "退款 {refund} 以“{method}”退回失败，请改用其他方式：{others}。",
        "The refund {refund} has failed by {method}; choose another way: {others}.",
    )
    rule = "LT-RFD-05"


class PaymentDisputed(Conflict):
    """While a payment is disputed at its gateway the money is there; a refund would pay twice."""

    title = Text("支付正处于拒付争议", "The payment is disputed")
    detail = Text(
        "支付 {payment} 的争议 {dispute} 尚未了结，其间不能退款。",
        "The dispute {dispute} of the payment {payment} is open; it is not refunded meanwhile.",
    )
    rule = "LT-RFD-06"
