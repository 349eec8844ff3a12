"""Refusals of successions."""

from kernel.errors import Conflict, Forbidden
from kernel.text import Text


class NotYoursToJoin(Forbidden):
    """The acquirer joins, and the consumer answers."""

    title = Text("不由您办理", "Not yours to answer")
    detail = Text(
        "承继由受让人 {transferee} 加入，由使用方 {consumer} 答复。",
        "The acquirer {transferee} joins, and the consumer {consumer} answers.",
    )
    rule = "LT-CON-46"


class SuccessionOver(Conflict):
    """The time to join or to answer is over, whether or not that is written down yet."""

    title = Text("承继的期限已过", "The time is over")
    detail = Text(
        "承继 {succession} 的期限已于 {due_at} 届满，系统随即按规则记录其结果。",
        "The time of {succession} was over at {due_at}; what the rule makes of that is about to be noted.",
    )
    rule = "LT-CON-47"
