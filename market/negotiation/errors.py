"""Refusals of negotiation."""

from kernel.errors import Conflict
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
