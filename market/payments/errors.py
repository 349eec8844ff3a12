"""Refusals of payments."""

from kernel.errors import Conflict, InvalidInput, NotFound, Unavailable, Unprocessable
from kernel.text import Text


class OrderNotPayable(Conflict):
    """Only an order that waits for payment can be paid."""

    title = Text("订单当前不可支付", "The order cannot be paid now")
    detail = Text("订单 {order} 的状态为“{state}”。", "The order {order} is {state}.")
    rule = "LT-PAY-01"


class AlreadyPaid(Conflict):
    """An order is paid once."""

    title = Text("订单已支付", "The order is paid already")
    detail = Text("订单 {order} 已由支付 {payment} 付清。", "The order {order} was paid by {payment}.")
    rule = "LT-PAY-01"


class PaymentPending(Conflict):
    """One order has one open payment; cancel it to pay in another way."""

    title = Text("已有待完成的支付", "Another payment is open")
    detail = Text(
        "支付 {payment} 尚未完成；如需更换方式，请先取消。",
        "The payment {payment} is open; cancel it first to pay in another way.",
    )
    rule = "LT-PAY-01"


class MethodUnavailable(Unprocessable):
    """The centre does not take payments this way."""

    title = Text("不支持该支付方式", "This way of paying is not available")
    detail = Text("本中心未开通“{method}”。", "The centre has not set up {method}.")
    rule = "LT-PAY-05"


class PaymentRefused(Unprocessable):
    """The gateway refuses this payment; trying the same again will not help."""

    title = Text("支付渠道拒绝了该笔支付", "The gateway refuses the payment")
    detail = Text("支付渠道的原因代码：{reason}。", "The gateway's reason code: {reason}.")
    rule = "LT-PAY-06"


class GatewayUnavailable(Unavailable):
    """The gateway did not answer or could not work; nothing was charged twice, and the request may be sent again."""

    title = Text("支付渠道暂不可用", "The payment gateway is unavailable")
    detail = Text("请稍后以相同内容重试。", "Send the same request again shortly.")


class AmountMismatch(Unprocessable):
    """Money counts only when it is the order's amount, to the minor unit."""

    title = Text("金额不符", "The amount differs")
    detail = Text(
        "应收 {expected}，实收 {received}，须完全一致。",
        "Expected {expected}, received {received}: they must be equal.",
    )
    rule = "LT-PAY-02"


class NotBankTransfer(Conflict):
    """The clearing officer confirms bank transfers; a gateway reports its own payments."""

    title = Text("该支付不是银行转账", "This payment is not a bank transfer")
    detail = Text("支付方式为“{method}”，由支付渠道自动确认。", "It is paid by {method}, which its gateway reports.")


class BankReferenceUsed(Conflict):
    """One bank receipt confirms one payment."""

    title = Text("该银行流水号已使用", "The bank reference is used already")
    detail = Text("流水号 {reference} 已用于另一笔款项。", "{reference} confirms another movement already.")
    rule = "LT-PAY-03"


class PaymentInProgress(Conflict):
    """The buyer has just paid; the gateway's report is on its way."""

    title = Text("支付正在处理中", "The payment is being completed")
    detail = Text("买方已在渠道付款，不能取消。", "The buyer has paid at the gateway; it cannot be cancelled.")


class WebhookNotSetUp(NotFound):
    """Without a secret anybody could report a payment, so the address does not exist."""

    title = Text("未启用", "Not set up")
    detail = Text("本中心未配置该回调。", "The centre has not set up this webhook.")


class WebhookRefused(InvalidInput):
    """The signature does not fit the body, or the body is not an event."""

    title = Text("回调签名无效", "The webhook's signature is not valid")
    detail = Text("签名、时间戳或内容不符。", "Signature, timestamp or content do not fit.")
    rule = "LT-PAY-04"
