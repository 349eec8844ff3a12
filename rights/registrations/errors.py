"""Refusals of registration."""

from collections.abc import Sequence

from kernel.errors import Conflict, FieldError, Unprocessable
from kernel.text import Text


class RegistrationFaulty(Unprocessable):
    """The application breaks more than one kind of rule; all faults are told at once, each with its rule."""

    title = Text("登记申请不符合条件", "The application does not satisfy the conditions")
    detail = Text("申请有 {count} 处问题，请逐项更正。", "The application has {count} faults; mend each of them.")
    rule = "LT-RGT-07"


class NotRegistrable(RegistrationFaulty):
    """The data is of a kind that has no registrable rights."""

    title = Text("该数据不予登记", "This data is not registrable")
    rule = "LT-RGT-03"


class BasisMismatch(RegistrationFaulty):
    """The case that the title is said to rest on does not belong to the source kind of the data."""

    title = Text("权利依据与来源方式不符", "The title's basis does not fit the source kind")
    rule = "LT-RGT-04"


class RightNotGiven(RegistrationFaulty):
    """The rights matrix does not give a right that is claimed."""

    title = Text("权利配置表不赋予该权利", "The rights matrix does not give this right")
    rule = "LT-RGT-05"


class EvidenceMissing(RegistrationFaulty):
    """Evidence is missing or cannot serve; each missing kind is named."""

    title = Text("证明材料不齐", "Evidence is missing")
    rule = "LT-RGT-06"


_BY_RULE: dict[str | None, type[RegistrationFaulty]] = {
    error.rule: error for error in (NotRegistrable, BasisMismatch, RightNotGiven, EvidenceMissing)
}


def faulty(faults: Sequence[FieldError]) -> RegistrationFaulty:
    """The refusal that tells these faults: a particular one where all break the same rule."""
    rules = {fault.rule for fault in faults}
    kind = _BY_RULE.get(rules.pop(), RegistrationFaulty) if len(rules) == 1 else RegistrationFaulty
    return kind(errors=faults, count=len(faults))


class AlreadyRegistered(Conflict):
    """The party has registered this very content, or is about to."""

    title = Text("本方已登记相同内容", "Your party has registered this content")
    detail = Text(
        "登记 {registration_id} 已涵盖相同内容，无需重复申请。",
        "The registration {registration_id} covers this content; do not apply again.",
    )
    rule = "LT-RGT-09"


class AcceptanceDeemed(Conflict):
    """The registrar's time to reject is over: silence has become acceptance."""

    title = Text("已逾期视为受理", "Silence has become acceptance")
    detail = Text(
        "受理期限已过，自 {on} 起视为受理，不得再不予受理。",
        "The time for acceptance is over; the case counts as accepted since {on} and cannot be rejected any more.",
    )
    rule = "LT-RGT-10"


class DecisionFaulty(Unprocessable):
    """The decision lacks published grounds, or approves what has not passed."""

    title = Text("登记决定不完整", "The decision is not complete")
    detail = Text("请更正所列各项。", "Mend the listed items.")
    rule = "LT-RGT-13"


class NoticeStillOpen(Conflict):
    """The public notice has not ended."""

    title = Text("公示期尚未届满", "The public notice is still open")
    detail = Text(
        "公示至 {notice_until}（含）止，届满后方可发证。",
        "The notice runs to the end of {notice_until}; the certificate can be issued after that.",
    )
    rule = "LT-RGT-12"
