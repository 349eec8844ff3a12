"""Refusals of the books."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class Overdraft(Conflict):
    """The account does not hold what the entry would take from it."""

    title = Text("账户余额不足", "The account does not hold that much")
    detail = Text(
        "账户“{account}”余额为 {balance}，不足以转出 {wanted}。",
        "The account {account} holds {balance}; {wanted} cannot be taken from it.",
    )
    rule = "LT-LGR-01"


class AlreadyPosted(Conflict):
    """This movement is in the books already."""

    title = Text("该笔款项已入账", "The movement is booked already")
    detail = Text("凭证号“{reference}”已存在。", "The reference {reference} is in the books already.")
    rule = "LT-LGR-02"


class MonthClosed(Conflict):
    """Nothing is booked into a month that is closed."""

    title = Text("该月已结账", "The month is closed")
    detail = Text(
        "{day} 所在月份已结账；更正记入其后未结账的月份。",
        "The month of {day} is closed; what was wrong in it is put right in a later one that is open.",
    )
    rule = "LT-LGR-05"


class JournalTooLarge(Unprocessable):
    """A journal is given whole or not at all; it is never cut silently."""

    title = Text("账簿导出内容过多", "The journal is too large")
    detail = Text(
        "所选期间共 {postings} 笔分录，超过单次导出上限 {most} 笔；请缩短期间，或由运营方用命令行导出。",
        "The period has {postings} postings, more than the {most} of one export; ask for a shorter one, or let the"
        " operator export it by the command line.",
    )
    rule = "LT-LGR-03"
