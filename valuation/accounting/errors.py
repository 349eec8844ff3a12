"""Why an accounting decision or note is refused."""

from kernel.errors import Unprocessable
from kernel.text import Text


class ChecklistIncomplete(Unprocessable):
    """Every question that applies is answered, and the answers do not exclude each other."""

    title = Text("会计判断清单不完整", "The accounting checklist is not complete")
    detail = Text("有 {count} 处需要回答或者更正。", "{count} places want an answer or a correction.")
    rule = "LT-ACC-01"


class NoteFaulty(Unprocessable):
    """The movements must add up to balances that can be."""

    title = Text("附注变动表有误", "The notes table is faulty")
    detail = Text("有 {count} 处不符合规则，请逐项更正。", "{count} places break the rules; correct each.")
    rule = "LT-ACC-02"
