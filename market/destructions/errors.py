"""Refusals of destructions."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class DestructionOpen(Conflict):
    """A destruction of the asset waits already."""

    title = Text("该资产已有待处理的销毁申请", "A destruction of the asset waits already")
    detail = Text("请先处理销毁申请 {destruction}。", "Decide on the destruction {destruction} first.")
    rule = "LT-STO-03"


class DestructionHindered(Unprocessable):
    """Something keeps the data from being destroyed; each hindrance is listed."""

    title = Text("数据不得销毁", "The data may not be destroyed")
    detail = Text(
        "有 {count} 项理由须保留数据，逐项见 errors。", "There are {count} reasons to keep the data, each in errors."
    )
    rule = "LT-STO-05"


class RequesterCannotApprove(Forbidden):
    """Two people destroy: the second is not the first, nor a key that acts for the same person."""

    title = Text("须由另一名人员批准", "Somebody else has to approve")
    detail = Text(
        "该销毁由 {requester} 申请，须由另一名人员批准。",
        "It was asked for by {requester}; another person approves.",
    )
    rule = "LT-STO-04"


class DestructionChanged(Conflict):
    """Approval is for what was asked for: exactly these objects."""

    title = Text("销毁内容摘要不符", "That is not what is to be destroyed")
    detail = Text("待销毁内容的摘要为 {digest}。", "The digest of what is to be destroyed is {digest}.")
    rule = "LT-STO-03"
