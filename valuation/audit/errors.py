"""What the auditor's desk refuses."""

from kernel.errors import Unprocessable
from kernel.text import Text


class ExportTooLarge(Unprocessable):
    """An export is whole or not at all; it is never cut silently."""

    title = Text("导出内容过多", "The export is too large")
    detail = Text(
        "共 {rows} 行，超过单次导出上限 {most} 行，请缩小查询范围。",
        "There are {rows} rows, more than the {most} of one export; narrow the question.",
    )
    rule = "LT-AUD-01"
