"""Refusals of card disputes."""

from kernel.errors import Conflict
from kernel.text import Text


class CardEvidenceMissing(Conflict):
    """Evidence is sent once, so something has to be there."""

    title = Text("尚无证据", "There is no evidence yet")
    detail = Text("争议 {dispute} 尚未录入证据。", "No evidence was entered for the dispute {dispute}.")
    rule = "LT-CDP-02"


class CardEvidenceSent(Conflict):
    """Evidence is sent once, and what was sent does not change."""

    title = Text("证据已提交", "The evidence was sent")
    detail = Text(
        "争议 {dispute} 的证据已于 {at} 提交，不能再改。", "The evidence of {dispute} was sent at {at}; it stays."
    )
    rule = "LT-CDP-02"


class CardEvidenceLate(Conflict):
    """The gateway takes no evidence after its last day."""

    title = Text("举证期限已过", "It is too late for evidence")
    detail = Text("争议 {dispute} 的举证期限为 {due_by}。", "The last moment for evidence of {dispute} was {due_by}.")
    rule = "LT-CDP-02"
