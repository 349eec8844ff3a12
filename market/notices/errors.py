"""Refusals of infringement notices."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class NoticeOfOwn(Unprocessable):
    """Nobody notifies the centre of a listing of its own."""

    title = Text("不能就自己的商品发出侵权通知", "A notice is not of one's own listing")
    detail = Text("商品 {listing} 是您自己的；请直接下架。", "The listing {listing} is your own: delist it instead.")
    rule = "LT-INF-01"


class NoticeRepeated(Conflict):
    """The same right-holder has a notice of this listing that is not closed."""

    title = Text("已有未结的侵权通知", "There is an open notice already")
    detail = Text(
        "该权利人就商品 {listing} 已有通知 {notice}，状态为“{state}”。",
        "The right-holder has the notice {notice} of the listing {listing}, which is {state}.",
    )
    rule = "LT-INF-01"


class NoticeEvidenceFaulty(Unprocessable):
    """The evidence is too much, or not kept as evidence."""

    title = Text("证据文件不符合要求", "The evidence cannot be taken")
    detail = Text(
        "证据须为以 evidence 用途上传的文件，至多 {limit} 个、每个至多 {limit_bytes} 字节。",
        "Evidence is files that were uploaded for the purpose evidence: {limit} at most, of {limit_bytes} bytes each.",
    )
    rule = "LT-INF-01"


class NoticeHolderMissing(Unprocessable):
    """An officer enters a notice for somebody, and says for whom."""

    title = Text("须写明权利人", "Say who the right-holder is")
    detail = Text(
        "工作人员代录的通知须填写 holder_name 与 holder_contact；当事人自己的通知不得填写。",
        "A notice that an officer enters names the right-holder and its address (holder_name, holder_contact); "
        "a party's own names neither.",
    )
    rule = "LT-INF-01"


class CounterStatementReached(Unprocessable):
    """The day on which a counter-statement reached the right-holder cannot be so."""

    title = Text("送达日期不成立", "The day of arrival cannot be so")
    detail = Text(
        "送达日期应在 {earliest} 至 {latest} 之间。",
        "It reached the right-holder on a day from {earliest} to {latest}.",
    )
    rule = "LT-INF-03"


class NoticeTooLate(Conflict):
    """What the state waited for did not come in time."""

    title = Text("期限已过", "The time is over")
    detail = Text(
        "通知 {notice} 在“{state}”状态的期限已于 {due_at} 届满，按规则办理，不再接受此步骤。",
        "The notice {notice} was {state} until {due_at}: what silence leads to follows, and this is late.",
    )
    rule = "LT-INF-04"
