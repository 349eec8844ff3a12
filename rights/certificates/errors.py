"""Refusals around certificates."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class ContentAlreadyClaimed(Conflict):
    """Another party's certificate or notice stands over exactly this content."""

    title = Text("相同内容已由他人登记", "Another party has registered this content")
    detail = Text(
        "相同内容已由他人登记或正在公示（{claim}）。如有异议，请依程序提出。",
        "Another party has certified this content or has it in public notice ({claim}). Raise an objection if you hold"
        " the right.",
    )
    rule = "LT-RGT-08"


class SerialExhausted(Conflict):
    """The month's 9999 certificate numbers are used up."""

    title = Text("本月证书编号已用尽", "The month's certificate numbers are used up")
    detail = Text(
        "{month} 的流水号已达 9999，请于下月发证。",
        "The serial of {month} has reached 9999; issue the certificate next month.",
    )
    rule = "LT-RGT-14"


class GroundUnknown(Unprocessable):
    """A certificate is cancelled on a published ground only."""

    title = Text("注销事由代码不存在", "This is not a published ground of cancellation")
    detail = Text("可用的事由代码：{known}。", "The published grounds are: {known}.")
    rule = "LT-RGT-17"
