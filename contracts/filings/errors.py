"""Refusals of filings."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class FilingFaulty(Unprocessable):
    """What was sent does not describe a contract that can be filed; every fault is named."""

    title = Text("备案内容有误", "The filing is not sound")
    detail = Text(
        "备案内容有 {count} 处须更正，请按所列逐项修改。",
        "The filing is to be corrected in {count} places; mend each as it is listed.",
    )
    rule = "LT-CON-38"


class FilingRepeated(Conflict):
    """The same party has filed this document already."""

    title = Text("该文件已备案", "The document is filed already")
    detail = Text(
        "同一文件已由您备案：{filing}；如有误，请先撤回。",
        "You have filed this document as {filing}; withdraw that first if it was wrong.",
    )
    rule = "LT-CON-39"


class FilingOthersToDo(Forbidden):
    """The step belongs to the other party of the contract."""

    title = Text("该操作属于另一方", "This belongs to the other party")
    detail = Text(
        "备案方可撤回，对方可确认或提出异议；您可执行：{allowed}。",
        "Who filed withdraws, the other party confirms or contests; you may: {allowed}.",
    )
    rule = "LT-CON-39"
