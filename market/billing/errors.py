"""Refusals of bills."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class BillNotPayable(Conflict):
    """Only a bill that waits for money is paid, and another payment of it may be under way."""

    title = Text("账单当前不可支付", "The bill cannot be paid now")
    detail = Text("账单 {bill} 的状态为“{state}”。", "The bill {bill} is {state}.")
    rule = "LT-BIL-02"


class BillPaymentPending(Conflict):
    """One bill has one open payment; cancel it to pay in another way."""

    title = Text("该账单已有待完成的支付", "Another payment of the bill is open")
    detail = Text("支付 {payment} 尚未完成；请先完成或取消。", "The payment {payment} is open: complete or cancel it.")
    rule = "LT-BIL-02"


class BillNotYours(Forbidden):
    """The buyer pays its bills."""

    title = Text("账单由买方支付", "The buyer pays the bill")
    detail = Text("账单由其买方支付，或从买方的预付余额支付。", "Its buyer pays it, or has it paid from its balance.")
    rule = "LT-BIL-02"


class BalanceEmpty(Unprocessable):
    """There is nothing on the balance that is not held already."""

    title = Text("预付余额没有可用金额", "Nothing is available on the balance")
    detail = Text("账单尚欠 {outstanding}，可用余额为 {available}。", "{outstanding} is owed, {available} is there.")
    rule = "LT-BIL-02"


class RevenueFaulty(Unprocessable):
    """The declaration is of no revenue share, of no period of it, or is no amount of its currency."""

    title = Text("收入申报不成立", "The declaration does not stand")
    detail = Text("申报有 {count} 处须更正。", "The declaration is to be corrected in {count} places.")
    rule = "LT-BIL-05"


class DeclaredAlready(Conflict):
    """What was declared stands; a difference is found by an audit."""

    title = Text("该期已申报", "The period is declared")
    detail = Text("该期已申报 {declared}；差异由审计确定。", "{declared} is declared; an audit finds what differs.")
    rule = "LT-BIL-05"


class AuditCostNotOwed(Unprocessable):
    """Within the tolerance, or where nothing was declared, whoever ordered the audit bears its cost."""

    title = Text("审计费用不由申报方承担", "The declarer does not bear the cost of the audit")
    detail = Text(
        "申报 {declared}，审计 {audited}，未超过容差 {tolerance}；请不填审计费用。",
        "{declared} is declared and {audited} found, which is not beyond the tolerance of {tolerance}: leave it out.",
    )
    rule = "LT-BIL-06"


class AuditCostBilled(Conflict):
    """The cost of the audit of a period is billed once; what is wrong with the bill is complained of."""

    title = Text("该期审计费用已出账", "The cost of the period's audit is billed")
    detail = Text(
        "审计费用已计入账单 {bill}；如有异议请就该账单投诉或退款。",
        "It is billed by {bill}: complain of that bill, or pay it back.",
    )
    rule = "LT-BIL-06"


class AuditCostOfCentre(Unprocessable):
    """Where the centre itself sells no provider orders an audit that the buyer would pay back."""

    title = Text("本中心自营的，审计费用由本中心承担", "Where the centre sells it bears the cost of the audit")
    detail = Text(
        "该协议由本中心自营销售；请不填审计费用。", "The centre sells under this agreement: leave out the cost."
    )
    rule = "LT-BIL-06"
