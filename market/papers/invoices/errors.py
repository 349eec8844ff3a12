"""Refusals of invoices."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class InvoiceFaulty(Unprocessable):
    """An invoice is about what was settled between its two sides, of one seller and currency, once and in time."""

    title = Text("开票申请有误", "The invoice cannot be asked for like this")
    detail = Text("开票申请有 {count} 处须更正，见 errors。", "The request has {count} faults, see errors.")
    rule = "LT-INV-01"


class NothingToInvoice(Conflict):
    """What was refunded since needs no invoice; the buyer withdraws the request."""

    title = Text("已无可开票金额", "There is nothing left to invoice")
    detail = Text(
        "发票 {invoice} 所涉款项已全部退回；请撤回开票申请。",
        "What the invoice {invoice} is about was refunded; withdraw the request.",
    )
    rule = "LT-INV-01"


class FapiaoNumberFaulty(Unprocessable):
    """A number of the tax system has 20 digits, the first two of which are its year, and a day that has come."""

    title = Text("发票号码或开票日期有误", "The number or the day does not hold")
    detail = Text(
        "发票号码 {number} 的前两位应为开票年份；开票日期 {registered_on} 应在 {earliest} 至 {latest} 之间。",
        "The first two digits of {number} are the year of the invoice; its day, {registered_on}, lies from {earliest}"
        " to {latest}.",
    )
    rule = "LT-INV-04"


class FapiaoNumberTaken(Conflict):
    """A number of the tax system stands for one paper and is entered once."""

    title = Text("发票号码已登记", "The number is entered already")
    detail = Text("发票号码 {number} 已用于另一单据。", "The number {number} stands for another paper.")
    rule = "LT-INV-04"


class NotForTheTaxSystem(Conflict):
    """A commercial invoice is none of the tax system's, and has no number there."""

    title = Text("商业发票无须登记", "A commercial invoice is not registered")
    detail = Text(
        "{paper} 为商业发票，不在税务系统开具。",
        "{paper} is a commercial invoice, which is not issued in the tax system.",
    )
    rule = "LT-INV-04"


class InvoiceCredited(Conflict):
    """What was credited in part is not void; the rest is credited too."""

    title = Text("已有贷项通知", "It is credited in part")
    detail = Text(
        "发票 {number} 已冲减 {credited}，不能作废；请就余额开具贷项通知。",
        "Of the invoice {number} {credited} is credited, and it cannot be void; credit what remains.",
    )
    rule = "LT-INV-05"


class NotTheSeller(Forbidden):
    """Whoever sells issues and registers; the others read."""

    title = Text("非销售方", "That is for the seller")
    detail = Text("发票由销售方 {seller} 开具与登记。", "The seller, {seller}, issues and registers the invoice.")
    rule = "LT-INV-03"


class InvoiceWithoutPaper(Conflict):
    """A draft says nothing yet: lines, tax and number come with its issue."""

    title = Text("发票尚未开具", "The invoice is not issued yet")
    detail = Text("发票 {invoice} 尚未开具。", "The invoice {invoice} is not issued yet.")
    rule = "LT-INV-03"
