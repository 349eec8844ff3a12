"""Refusals of closing and of corrections."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class BooksDisagree(Unprocessable):
    """A month is closed when its books agree with all that can be asked; every fault is named at once."""

    title = Text("账目尚不相符，不能月结", "The books do not agree yet")
    detail = Text(
        "{month} 有 {faults} 处不符，见 errors；处理后再结账。",
        "{faults} things about {month} do not agree, see errors; settle them, then close.",
    )
    rule = "LT-LGR-04"


class NotTheNextMonth(Conflict):
    """Months are closed one after the other, and opened again from the last."""

    title = Text("须按月份顺序进行", "Months go in their order")
    detail = Text("请先处理 {month}。", "{month} comes first.")
    rule = "LT-LGR-04"


class DayToCome(Unprocessable):
    """An entry counts for a day that has come."""

    title = Text("记账日未到", "The day has not come")
    detail = Text("记账日 {day} 晚于今日 {today}。", "{day} is later than today, {today}.")
    rule = "LT-LGR-05"


class SecondPersonNeeded(Forbidden):
    """Whoever asks does not decide."""

    title = Text("须由另一人决定", "Another person decides")
    detail = Text("申请由 {asked} 提出，须由另一名清算人员决定。", "{asked} asked for it; another officer decides.")
    rule = "LT-LGR-06"


class NotToBeCorrected(Unprocessable):
    """What is held for a party, or owed to it, changes by refunds, decisions and payouts, never by a correction."""

    title = Text("该账户不得以更正凭证调整", "A correction does not move this account")
    detail = Text(
        "以下账户由订单、付款等自身流程调整：{accounts}；更正只涉及中心自有账户。",
        "{accounts} change by the order, the payment or the payout that they are of; a correction moves only the"
        " centre's own accounts.",
    )
    rule = "LT-LGR-07"


class CorrectedAlready(Conflict):
    """An entry is put right once; the correction may be put right in its turn."""

    title = Text("该凭证已有更正", "The entry has a correction")
    detail = Text("凭证 {entry} 已有更正 {correction}。", "{entry} has the correction {correction}.")
    rule = "LT-LGR-07"
