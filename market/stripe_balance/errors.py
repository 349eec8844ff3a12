"""Refusals of the clearing officer's word on Stripe's balance transactions."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class ExplanationDiffers(Unprocessable):
    """The entries named do not come to what moved."""

    title = Text("所指凭证与流水金额不符", "The entries named come to something else")
    detail = Text(
        "该流水使余额变动 {moved}，所指凭证合计 {booked}。",
        "The transaction moved {moved}; the entries named come to {booked}.",
    )
    rule = "LT-STR-02"


class EntryProvenBefore(Conflict):
    """An entry is proven by one balance transaction, and moves the account at Stripe."""

    title = Text("所指凭证不可用于说明", "The entry explains nothing here")
    detail = Text(
        "凭证 {entry} 未涉及渠道账户，或已由流水 {transaction} 核对。",
        "The entry {entry} does not move the account at Stripe, or is put to {transaction} already.",
    )
    rule = "LT-STR-02"


class ArrivalDiffers(Unprocessable):
    """The line of the bank's statement is not of this money, or is not waiting."""

    title = Text("银行流水与在途款项不符", "The bank's line is not this money")
    detail = Text(
        "在途 {wanted}；银行流水 {line} 为 {received}，状态“{state}”。",
        "{wanted} is on its way; the line {line} is of {received} and stands as {state}.",
    )
    rule = "LT-STR-03"


class OtherOfficerNeeded(Forbidden):
    """Whoever explains a difference is not its only witness."""

    title = Text("须由另一名清算人员确认", "Another officer approves")
    detail = Text(
        "说明由 {proposed} 提出，须由另一名清算人员确认。", "{proposed} explained it; another officer approves."
    )
    rule = "LT-STR-04"
