"""Refusals of grants that cannot be read."""

from kernel.errors import Unprocessable
from kernel.text import Text


class GrantInexpressible(Unprocessable):
    """The grant uses words that are not published, or its sides contradict each other; all faults are listed."""

    title = Text("授权范围无法表达", "The grant cannot be expressed")
    detail = Text(
        "授权范围中有 {count} 处不符合授权词汇（{vocabulary}），请按所列逐项更正。",
        "{count} terms of the grant do not fit the published words ({vocabulary}); correct each.",
    )
    rule = "LT-TTL-01"
