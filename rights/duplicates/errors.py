"""What keeps the check for duplicates from answering."""

from kernel.errors import Conflict
from kernel.text import Text


class SketchPending(Conflict):
    """The revision's sketch is still being made in the background; no decision rests on a check that was not done."""

    title = Text("重复检测尚未完成", "The check for duplicates is not finished")
    detail = Text(
        "数据版本 {revision_id} 的重复检测由后台自动进行，尚未完成；请稍后重试，无须另行申请。",
        "The background check of revision {revision_id} for duplicates is not finished; send the same request again"
        " shortly, nothing else is needed.",
    )
    rule = "LT-RGT-32"
