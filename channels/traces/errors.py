"""Why a file is not traced, or a trace came to nothing."""

from kernel.errors import Conflict, TooLarge, Unprocessable
from kernel.text import Text


class NothingMarked(Conflict):
    """No copy of the product that was ever handed out bears marks, so that there is nothing to trace a file to."""

    title = Text("该产品没有带标记的交付", "No delivery of the product bears marks")
    detail = Text(
        "数据资产 {asset} 从未以带标记的副本交付，无从溯源；标记须在挂牌或谈判时约定。",
        "No delivery of the asset {asset} bears marks, so that no file is traced to one; marks are agreed on by listing"
        " or negotiation.",
    )
    rule = "LT-TRC-04"


class TracesRunning(Conflict):
    """As many traces as may be are under way for the party."""

    title = Text("进行中的溯源已达上限", "No more traces at once")
    detail = Text(
        "同时进行的溯源至多 {limit} 项；请等待其结果，或取消其中一项。",
        "{limit} traces may be under way at once; wait for one, or call one off.",
    )
    rule = "LT-TRC-04"


class TracedFileTooLarge(TooLarge):
    """The file is larger than one that is traced; a part of it has marks enough."""

    detail = Text(
        "用于溯源的文件至多 {limit_bytes} 字节；截取其中一部分即可。",
        "A file to be traced has at most {limit_bytes} bytes; a part of it is enough.",
    )
    rule = "LT-TRC-04"


class TraceStopped(Unprocessable):
    """Reading the file took more time or memory than it may, or its process died again and again."""

    title = Text("溯源超出限额", "The trace exceeds its limits")
    detail = Text(
        "溯源未在 {seconds} 秒和可用内存之内完成；请截取文件的一部分重试。",
        "The trace did not end within {seconds} seconds and the memory there is; try a part of the file.",
    )
    rule = "LT-TRC-04"


class FileUntraceable(Unprocessable):
    """The file cannot be read as a table of the product."""

    title = Text("文件无法溯源", "The file cannot be traced")
    detail = Text(
        "文件不能作为该产品的数据表读取：{reason}", "The file cannot be read as a table of the product: {reason}"
    )
    rule = "LT-TRC-04"
