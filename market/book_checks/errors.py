"""Refusals of checks of the books."""

from kernel.errors import Conflict
from kernel.text import Text


class BookCheckRunning(Conflict):
    """A check reads all of the books: one runs at a time."""

    title = Text("已有核对在进行", "A check is running already")
    detail = Text(
        "账簿核对 {check} 尚未结束（{done}/{steps}）；请等待其结果，或取消后重新发起。",
        "The check {check} has not ended ({done} of {steps} steps); wait for it, or cancel it and ask again.",
    )
    rule = "LT-CHK-01"
