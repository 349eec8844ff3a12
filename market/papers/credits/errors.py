"""Refusals of credit notes and slips."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class InvoiceNotIssued(Conflict):
    """What has no number yet is withdrawn, and what is void is credited no more."""

    title = Text("发票不可冲减", "The invoice cannot be credited")
    detail = Text(
        "发票 {invoice} 处于“{state}”状态；只有已开具的发票可以冲减。",
        "The invoice {invoice} is {state}; only one that stands is credited.",
    )
    rule = "LT-INV-05"


class CreditAboveInvoice(Unprocessable):
    """All credit notes together are at most the invoice."""

    title = Text("冲减金额超过余额", "More than remains of the invoice")
    detail = Text(
        "发票 {number} 尚可冲减 {remaining}，申请 {amount}。",
        "Of the invoice {number} {remaining} remains; {amount} was asked for.",
    )
    rule = "LT-INV-05"


class CreditInPart(Unprocessable):
    """Only an allowance (04) takes back a part; every other reason takes back all that remains."""

    title = Text("该原因须全额冲减", "This reason takes back the whole")
    detail = Text(
        "原因 {reason} 须冲减全部余额 {remaining}；部分冲减请用原因 04。",
        "The reason {reason} takes back all that remains, {remaining}; for a part use the reason 04.",
    )
    rule = "LT-INV-05"


class CreditOfMoneyReturned(Conflict):
    """What was paid back, or credited for a breach, stays credited: the books have taken it back already."""

    title = Text("该贷项通知对应已退款项，不可作废", "The credit note is of money that went back")
    detail = Text(
        "贷项通知 {number} 因退款、拒付或服务抵扣（{cause}）而开具，账簿已冲减；不可作废。"
        "确认单被作废的，请录入新的确认单。",
        "The credit note {number} comes of a refund, a lost card dispute or a service credit ({cause}) that the books"
        " hold; it is not void. Where its slip was voided, enter another.",
    )
    rule = "LT-INV-05"


class InvoiceNotRegistered(Conflict):
    """A red invoice names the blue one's number of the tax system."""

    title = Text("蓝字发票尚未登记号码", "The invoice has no number of the tax system yet")
    detail = Text(
        "发票 {number} 尚未登记数电票号码；请先登记。",
        "The invoice {number} has no number of the tax system; register it first.",
    )
    rule = "LT-INV-06"


class SlipPending(Conflict):
    """A credit note has one slip that is alive; the next is entered when that is void."""

    title = Text("已有有效的确认单", "There is a slip already")
    detail = Text(
        "贷项通知 {number} 已有确认单 {slip}，状态 {code}。",
        "The credit note {number} has the slip {slip}, state {code}.",
    )
    rule = "LT-INV-06"


class SlipTaken(Conflict):
    """The number of a slip stands for one slip."""

    title = Text("确认单编号已使用", "The number of the slip is used already")
    detail = Text("确认单编号 {slip} 已用于另一确认单。", "The number {slip} stands for another slip.")
    rule = "LT-INV-06"


class SlipNotByBuyer(Unprocessable):
    """The buyer enters a slip only for an invoice that it has used or booked."""

    title = Text("购方未用票时由销方录入", "The seller enters this slip")
    detail = Text(
        "购方尚未确认用途或入账的，由销售方录入确认单，无须购方确认。",
        "Where the buyer has not used or booked the invoice the seller enters the slip, and nobody confirms it.",
    )
    rule = "LT-INV-06"


class SlipNotConfirmed(Conflict):
    """The red invoice is issued by a slip that both have confirmed, or that needs nobody's word."""

    title = Text("确认单未生效", "The slip does not hold yet")
    detail = Text(
        "贷项通知 {number} 没有编号为 {slip} 且已生效（01 或 04）的确认单。",
        "The credit note {number} has no slip {slip} that holds (01 or 04).",
    )
    rule = "LT-INV-06"


class SlipUsed(Conflict):
    """A slip by which a red invoice was issued is not taken back."""

    title = Text("确认单已开具红字发票", "The slip has been used")
    detail = Text("确认单 {slip} 已用于红字发票。", "A red invoice was issued by the slip {slip}.")
    rule = "LT-INV-06"


class NotASideOfIt(Forbidden):
    """Slips are the business of the two sides of the invoice."""

    title = Text("非交易双方", "That is for the two sides")
    detail = Text("确认单由购销双方办理。", "The two sides of the invoice deal with its slips.")
    rule = "LT-INV-06"
