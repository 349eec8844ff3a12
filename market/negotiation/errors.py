"""Refusals of negotiation."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class NotYourMove(Conflict):
    """It is the other side's turn."""

    title = Text("现在由对方答复", "It is the other side's move")
    detail = Text(
        "磋商 {negotiation} 处于“{state}”，由 {owner} 在 {due_at} 之前答复；贵方现在可以：{allowed}。",
        "The negotiation {negotiation} is {state}: {owner} answers by {due_at}; you may now: {allowed}.",
    )
    rule = "LT-NEG-02"


class NegotiationClosed(Conflict):
    """The negotiation has been answered for good: accepted, or ended without an agreement."""

    title = Text("磋商已终结", "The negotiation is over")
    detail = Text(
        "磋商 {negotiation} 的状态为“{state}”（{ended_as}），自 {since} 起不再答复；可重新提出。",
        "The negotiation {negotiation} is {state} ({ended_as}) since {since} and takes no more answers; propose anew.",
    )
    rule = "LT-NEG-03"


class NegotiationExpired(NegotiationClosed):
    """The time to answer the last round is over: a late acceptance is a new offer (民法典 art. 486)."""

    title = Text("要约已过有效期", "The offer has run out")
    rule = "LT-NEG-04"


class RoundSuperseded(Conflict):
    """What would be accepted is not what stands: a newer round has taken its place."""

    title = Text("所承诺的条件已被取代", "What you accept has been superseded")
    detail = Text(
        "现行条件为第 {round} 轮，摘要 {digest}；请阅读后按该摘要承诺。",
        "What stands is round {round}, with the digest {digest}; read it, and accept by that digest.",
    )
    rule = "LT-NEG-05"


class RoundBinding(Conflict):
    """The round was given without a right to take it back, and its time is not over."""

    title = Text("该轮条件不可撤销", "This round cannot be withdrawn")
    detail = Text(
        "第 {round} 轮声明在 {until} 之前不可撤销。", "Round {round} says that it is not withdrawn before {until}."
    )
    rule = "LT-NEG-06"


class RoundsTooMany(Conflict):
    """A negotiation has had all the rounds, or the two sides have all the negotiations, that there may be."""

    title = Text("磋商次数已达上限", "There are too many rounds or negotiations")
    detail = Text("上限为 {limit}：{what}。", "At most {limit}: {what}.")
    rule = "LT-NEG-09"


class MessagesTooMany(Conflict):
    """The two sides have written as much as a negotiation holds."""

    title = Text("留言已达上限", "The thread is full")
    detail = Text("一次磋商最多 {limit} 条留言。", "A negotiation holds at most {limit} messages.")
    rule = "LT-NEG-09"


class AttachmentsTooLarge(Unprocessable):
    """More files, or larger ones, than a message carries."""

    title = Text("附件超出上限", "The attachments are too many or too large")
    detail = Text(
        "一条留言最多 {limit} 个附件，每个不超过 {limit_bytes} 字节。",
        "A message carries at most {limit} files of at most {limit_bytes} bytes each.",
    )
    rule = "LT-NEG-09"
