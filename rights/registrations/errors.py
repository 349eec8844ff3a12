"""Refusals of registration."""

from collections.abc import Sequence

from kernel.errors import Conflict, FieldError, Forbidden, Unprocessable
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


class PublicRegistrationMissing(RegistrationFaulty):
    """Public data has measures of its own: resources follow them, and products come after them."""

    title = Text("须先办理公共数据资源登记", "The public data resource must be registered first")
    rule = "LT-RGT-31"


class NotAPublicResource(RegistrationFaulty):
    """The measures on public data resources do not cover this asset or this applicant."""

    title = Text("不属于公共数据资源登记范围", "This is not for the register of public data resources")
    rule = "LT-RGT-30"


class FormIncomplete(RegistrationFaulty):
    """Items of the form are not filled in; each is named."""

    title = Text("申请表未填写完整", "The form is not complete")
    rule = "LT-RGT-33"


class CorrectionUnproved(RegistrationFaulty):
    """A correction brings neither the holder's consent nor proof of the error."""

    title = Text("更正缺少同意或证明", "The correction has neither consent nor proof")
    rule = "LT-RGT-29"


class ChangeFaulty(RegistrationFaulty):
    """The change changes nothing, or the holder or the source, which a change may not."""

    title = Text("变更内容不符合规定", "This is not a change that can be registered")
    rule = "LT-RGT-27"


class LicenceFaulty(RegistrationFaulty):
    """Only a holder of the right to operate gives a licence, and to another party."""

    title = Text("许可不符合条件", "This licence cannot be recorded")
    rule = "LT-RGT-28"


class TransferFaulty(RegistrationFaulty):
    """The other side of the transfer cannot take the rights."""

    title = Text("受让方不符合条件", "The transferee cannot take the rights")
    rule = "LT-RGT-25"


_BY_RULE: dict[str | None, type[RegistrationFaulty]] = {
    error.rule: error
    for error in (
        NotRegistrable,
        BasisMismatch,
        RightNotGiven,
        EvidenceMissing,
        FormIncomplete,
        PublicRegistrationMissing,
        NotAPublicResource,
        CorrectionUnproved,
        ChangeFaulty,
        LicenceFaulty,
        TransferFaulty,
    )
}


def faulty(faults: Sequence[FieldError]) -> RegistrationFaulty:
    """The refusal that tells these faults: a particular one where all break the same rule."""
    rules = {fault.rule for fault in faults}
    kind = _BY_RULE.get(rules.pop(), RegistrationFaulty) if len(rules) == 1 else RegistrationFaulty
    return kind(errors=faults, count=len(faults))


def refuse(faults: list[FieldError]) -> None:
    """Raise the refusal that tells all faults, if there are any."""
    if faults:
        raise faulty(faults)


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


class NoticeRequired(Conflict):
    """The case needs its public notice before it is concluded."""

    title = Text("须先公示", "A public notice comes first")
    detail = Text(
        "该类登记须经公示，且未批准免予公示。", "This type of registration is in public notice first; none was waived."
    )
    rule = "LT-RGT-22"


class NoticeNotHeld(Conflict):
    """No notice is held in this case: the type has none, or it was waived."""

    title = Text("该案件不公示", "No notice is held in this case")
    detail = Text(
        "该类登记不公示，或已批准免予公示，请直接办结。", "Conclude the case: its type has no notice, or it was waived."
    )
    rule = "LT-RGT-22"


class WaiverNotAsked(Conflict):
    """The registrar waives the notice only where the applicant asked for it with a reason."""

    title = Text("申请人未申请免予公示", "No waiver was asked for")
    detail = Text(
        "申请人未说明理由申请免予公示。", "The applicant has not asked, with a reason, to do without a notice."
    )
    rule = "LT-RGT-22"


class ObjectionOpen(Conflict):
    """An objection to the case has not been concluded."""

    title = Text("异议尚未处理完毕", "An objection is open")
    detail = Text(
        "异议 {objections} 尚未得出结论，案件不得继续。",
        "The case waits for the conclusion of the objections {objections}.",
    )
    rule = "LT-RGT-21"


class AlreadyExtended(Conflict):
    """A case is extended once."""

    title = Text("办理期限已延长过", "The case was extended before")
    detail = Text("已于 {on} 延长，只能延长一次。", "The case was extended on {on}; once is all.")
    rule = "LT-RGT-19"


class ExtensionImpossible(Conflict):
    """The regime knows no extension, or the time is over already."""

    title = Text("不能延长办理期限", "The case cannot be extended")
    detail = Text(
        "该类登记没有延长规定，或办理期限 {due} 已过。", "The regime knows no extension, or the case was due on {due}."
    )
    rule = "LT-RGT-19"


class CertificateNotInForce(Conflict):
    """The certificate has ended; nothing can be built on it."""

    title = Text("证书已失效", "The certificate is not in force")
    detail = Text(
        "证书 {number} 当前不在有效期内，不能据以办理登记。",
        "The certificate {number} is not in force; no registration can rest on it.",
    )
    rule = "LT-RGT-24"


class NotTheHolder(Forbidden):
    """Only its holder applies for a later registration of a certificate."""

    title = Text("不是证书权利人", "You do not hold this certificate")
    detail = Text("只有证书 {number} 的权利人可以申请。", "Only the holder of {number} applies for this.")
    rule = "LT-RGT-24"


class TypeNotOffered(Unprocessable):
    """The regime of the certificate does not know this type of registration."""

    title = Text("该证书不适用此类登记", "This certificate has no such registration")
    detail = Text("{regime} 登记没有 {type} 类型。", "A {regime} registration has no type {type}.")
    rule = "LT-RGT-24"


class DeterminationTooLate(Conflict):
    """Whether data is public data is settled before the review is over."""

    title = Text("审查已结束", "The review is over")
    detail = Text(
        "案件当前状态为 {status}，公共数据属性须在审查通过前核定。",
        "The case is {status}; whether its data is public data is settled before it is approved.",
    )
    rule = "LT-RGT-35"


class RightsEncumbered(Conflict):
    """A pledge, seizure or other remark, or an open objection, keeps the rights where they are."""

    title = Text("权利受限，不得处分", "The rights are encumbered")
    detail = Text(
        "该资产上有尚未解除的备注或异议：{blocked_by}。",
        "Remarks or objections stand on the asset and must be lifted first: {blocked_by}.",
    )
    rule = "LT-RGT-25"


class RenewalOutsideWindow(Conflict):
    """A renewal is applied for inside its window only."""

    title = Text("不在续期申请期间", "This is not the time to renew")
    detail = Text(
        "证书 {number} 的续期申请期间为 {opens} 至 {closes}。",
        "A renewal of {number} is applied for from {opens} to {closes}.",
    )
    rule = "LT-RGT-26"


class ConcludedOtherwise(Conflict):
    """The type leads to a certificate or to an entry, and this is the other of the two."""

    title = Text("该类登记以其他方式办结", "This type is concluded in another way")
    detail = Text(
        "{type} 类登记：初次、转让、变更、续期、更正以发证办结，注销和许可以登簿办结。",
        "A {type}: initial, transfer, change, renewal and correction end with a certificate; cancellation and licence"
        " with an entry.",
    )
    rule = "LT-RGT-24"
