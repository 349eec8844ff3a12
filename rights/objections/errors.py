"""Refusals around objections."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class ObjectionFaulty(Unprocessable):
    """An objection has a real name and evidence; all that is missing is told at once."""

    title = Text("异议材料不符合要求", "The objection is not complete")
    detail = Text(
        "异议须实名并附证据，请更正所列各项。", "An objection brings evidence under a real name; mend the listed items."
    )
    rule = "LT-RGT-20"


class ObjectionTooLate(Conflict):
    """The public notice has ended, and no certificate exists yet to object to."""

    title = Text("公示期已过", "The notice has ended")
    detail = Text(
        "公示已于 {notice_until} 结束；发证后可就登记提出异议。",
        "The notice ended on {notice_until}; once there is a certificate you may object to the registration.",
    )
    rule = "LT-RGT-20"


class NothingToObjectTo(Conflict):
    """The case is neither in notice nor registered."""

    title = Text("该登记目前不能提出异议", "There is nothing to object to now")
    detail = Text(
        "登记 {registration_id} 当前状态为 {status}，只能在公示期内或登记后提出异议。",
        "The registration {registration_id} is {status}; object while it is in notice or after it was certified.",
    )
    rule = "LT-RGT-20"


class OwnRegistration(Forbidden):
    """Nobody objects to their own registration."""

    title = Text("不能对本方登记提出异议", "This is your own registration")
    detail = Text(
        "本方登记如有错误，请申请更正或注销。", "Apply for a correction or cancellation of your own registration."
    )
    rule = "LT-RGT-20"


class RemedyMissing(Unprocessable):
    """An objection that is upheld after registration changes or cancels it."""

    title = Text("须写明处理方式", "The remedy is missing")
    detail = Text(
        "登记后异议成立的，须注销或变更登记；其他情形不写处理方式。",
        "An objection upheld after registration cancels or changes it; in other cases there is no remedy.",
    )
    rule = "LT-RGT-23"
