"""Refusals of messages."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class MessagesTooMany(Conflict):
    """The sides have written as much as a thread holds."""

    title = Text("留言已达上限", "The thread is full")
    detail = Text("一个留言区最多 {limit} 条留言。", "A thread holds at most {limit} messages.")
    rule = "LT-MSG-01"


class AttachmentsTooLarge(Unprocessable):
    """More files, or larger ones, than a message carries."""

    title = Text("附件超出上限", "The attachments are too many or too large")
    detail = Text(
        "一条留言最多 {limit} 个附件，每个不超过 {limit_bytes} 字节。",
        "A message carries at most {limit} files of at most {limit_bytes} bytes each.",
    )
    rule = "LT-MSG-01"
