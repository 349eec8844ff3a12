"""Refusals of mandates and of agents' orders."""

from collections.abc import Sequence
from typing import Final

from kernel.errors import Conflict, DomainError, FieldError, Unprocessable
from kernel.text import Text


class MandateFaulty(Unprocessable):
    """The mandate contradicts itself or says what cannot be kept to; every fault is named."""

    title = Text("委托书有误", "The mandate has faults")
    detail = Text("委托书有 {count} 处须更正，请按所列逐项修改。", "Mend the mandate in {count} places, as listed.")
    rule = "LT-MND-01"


class MandatesTooMany(Conflict):
    """A principal keeps so many mandates that have not ended."""

    title = Text("未终结的委托书过多", "Too many mandates")
    detail = Text("同时最多 {limit} 份；请先撤销其中之一。", "At most {limit} are kept at once: revoke one first.")
    rule = "LT-MND-01"


class AgentSignatureInvalid(Unprocessable):
    """The agent that the mandate names has not signed this order."""

    title = Text("智能体签名无效", "The agent's signature is not valid")
    detail = Text(
        "请以委托书所列公钥（指纹 {jkt}）对“{signing_text}”的 UTF-8 字节签名（Ed25519），并以 base64 提交。",
        "Sign the UTF-8 bytes of “{signing_text}” with the key of {jkt} (Ed25519), and send it in base64.",
    )
    rule = "LT-MND-02"


class AgentSignatureStale(Unprocessable):
    """What the agent has signed is of another moment than now."""

    title = Text("智能体签名已过时", "The agent's signature is not of now")
    detail = Text(
        "所签时间为 {signed_at}，本中心现为 {now}，须相差不到 {seconds} 秒；请以当前时间重新签名。",
        "It says {signed_at} and the centre's clock {now}; they differ by less than {seconds} seconds: sign it anew.",
    )
    rule = "LT-MND-02"


class MandateNotInForce(Conflict):
    """Nothing is ordered under a mandate that is not signed, is revoked, or whose term does not run."""

    title = Text("委托书未生效或已终止", "The mandate is not in force")
    detail = Text("委托书 {mandate}：{why}", "The mandate {mandate}: {why}")
    rule = "LT-MND-03"


NOT_IN_FORCE: Final = {
    "drafted": Text("尚未由委托人签署。", "its principal has not signed it."),
    "revoked": Text("已由委托人撤销；请与委托人联系。", "its principal has revoked it; ask it for another."),
    "early": Text("尚未到生效时间。", "its term has not begun."),
    "late": Text("期限已届满；请委托人另行签署。", "its term is over; its principal signs another."),
}
"""Why a mandate is not in force, one at a time."""


class OutsideMandate(Unprocessable):
    """The order goes beyond what the mandate allows; everything in which it does is named."""

    title = Text("超出委托书的范围", "The order goes beyond the mandate")
    detail = Text(
        "该订单有 {count} 处超出委托书 {mandate}，请按所列调整，或请委托人另行签署。",
        "It goes beyond {mandate} in {count} ways, as listed: order otherwise, or have its principal sign another.",
    )
    rule = "LT-MND-04"


class AbovePerOrder(OutsideMandate):
    """The order is above what the mandate lets one order cost."""

    title = Text("超出委托书的单笔限额", "The order is above the mandate's limit for one")
    rule = "LT-MND-05"


class MandateBudgetSpent(Conflict):
    """What is left of the budget does not pay for the order."""

    title = Text("委托书预算不足", "The mandate's budget does not reach")
    detail = Text(
        "委托书 {mandate} 预算 {budget}，余 {left}，该订单为 {amount}。",
        "Of the budget {budget} of {mandate} there is {left} left, and the order costs {amount}.",
    )
    rule = "LT-MND-06"


class MandateCountReached(Conflict):
    """As many orders were placed as the mandate allows."""

    title = Text("委托书笔数已用尽", "The mandate's count is used up")
    detail = Text("委托书 {mandate} 最多 {limit} 笔订单。", "The mandate {mandate} allows {limit} orders.")
    rule = "LT-MND-07"


class MandateApprovalOver(Conflict):
    """The time in which a person could approve the order is over."""

    title = Text("批准期限已过", "It is too late to approve")
    detail = Text(
        "订单须于 {due_at} 前批准；请由智能体重新下单。", "It had to be approved before {due_at}: order anew."
    )
    rule = "LT-MND-08"


class ApprovedByAgent(Unprocessable):
    """What a person approves is not signed by the key of the agent that asks for it, registered or not."""

    title = Text("智能体不得自行批准", "An agent does not approve its own order")
    detail = Text(
        "签名密钥 {signing_key_id} 即委托书所列智能体的密钥；请以委托人的其他登记密钥签名。",
        "The signing key {signing_key_id} is the agent's own: sign with another registered key of the principal.",
    )
    rule = "LT-MND-08"


class PriceNotFixed(Unprocessable):
    """An agent orders at a fixed price; what a plan comes to, or has to be asked for, is for people."""

    title = Text("该商品没有一口价", "The listing has no fixed price")
    detail = Text(
        "商品 {listing} 按方案或面议计价，不能由智能体下单；请由人员订购。",
        "The price of {listing} is a plan or on request: an agent does not order it, people do.",
    )
    rule = "LT-MND-09"


class OrderQuoteOver(Conflict):
    """The quote's time is over, or what it was of is offered on other terms by now."""

    title = Text("报价已失效", "The quote is over")
    detail = Text(
        "报价 {quote} 已过期，或商品的价格、许可已变更；请以 POST /v1/order-quotes 重新取得。",
        "The quote {quote} has run out, or price or terms have changed: ask for another by POST /v1/order-quotes.",
    )
    rule = "LT-MND-09"


class OrderQuoteDiffers(Unprocessable):
    """The amount that was signed is not the quote's."""

    title = Text("金额与报价不符", "The amount is not the quote's")
    detail = Text(
        "报价 {quote} 为 {price}，所签为 {amount}。", "The quote {quote} is {price}, and {amount} was signed."
    )
    rule = "LT-MND-09"


class OrderQuotesTooMany(Conflict):
    """A party has so many quotes that have not run out."""

    title = Text("未过期的报价过多", "Too many quotes")
    detail = Text(
        "同时最多 {limit} 份，每份 {minutes} 分钟后过期；一份报价可用于多笔订单。",
        "At most {limit} stand at once, each for {minutes} minutes; one quote serves for several orders.",
    )
    rule = "LT-MND-09"


BEYOND: Final[dict[str, type[DomainError]]] = {OutsideMandate.rule: OutsideMandate, AbovePerOrder.rule: AbovePerOrder}


def beyond(mandate: str, faults: Sequence[FieldError]) -> DomainError:
    """The refusal of an order with everything in which it goes beyond; it cites the rule of the first."""
    return BEYOND[faults[0].rule or ""](errors=list(faults), mandate=mandate, count=len(faults))
