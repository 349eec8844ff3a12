"""Refusals of obligations, statements of deletion and suspensions."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class NotYoursToDischarge(Forbidden):
    """Only whoever owes an obligation discharges it, and only whom it is owed to waives it."""

    title = Text("不由您履行或免除", "Not yours to discharge or waive")
    detail = Text(
        "义务由 {bearer} 履行，由 {beneficiary} 免除。",
        "{bearer} discharges this obligation, and {beneficiary} may waive it.",
    )
    rule = "LT-CON-40"


class ProvedByDeletion(Conflict):
    """Deletion is proved by a statement, and not by a word."""

    title = Text("删除须以删除证明履行", "Deletion is discharged by a statement of deletion")
    detail = Text(
        "请提交删除证明：POST /v1/agreements/{agreement}/deletion-statement。",
        "File a statement of deletion: POST /v1/agreements/{agreement}/deletion-statement.",
    )
    rule = "LT-CON-42"


class OccurrenceUnfounded(Unprocessable):
    """No clause of the agreement has an obligation that the actor's word sets going."""

    title = Text("该事实不引起义务", "Nothing follows from that")
    detail = Text(
        "协议 {agreement} 中由您陈述而起算的义务：{stated}。",
        "What you may state under {agreement}: {stated}.",
    )
    rule = "LT-CON-45"


class OccurrenceUnproven(Unprocessable):
    """Whom it benefits says that a contract was concluded, and the register does not show it."""

    title = Text("合同成立未经证明", "The conclusion is not proved")
    detail = Text(
        "请由 {bearer} 陈述，或在 reference 写明其在本协议生效后于中心订立并生效的协议编号。",
        "{bearer} says so itself, or the reference names an agreement of it that came into force here after this one.",
    )
    rule = "LT-CON-45"


class OccurrenceStated(Conflict):
    """It was stated before, or there is no room for another."""

    title = Text("该事实已经陈述", "It was stated already")
    detail = Text(
        "同一条款的同一事实只陈述一次，每方在每份协议下至多 {limit} 次。",
        "The same is stated once for a clause, and each side states at most {limit} things under an agreement.",
    )
    rule = "LT-CON-45"


class DeletionNotDue(Conflict):
    """Nothing has to be deleted yet, or it was stated already."""

    title = Text("没有待履行的删除义务", "No deletion is owed")
    detail = Text(
        "协议 {agreement} 处于“{state}”状态，没有待履行的删除义务；协议终止后方产生，已提交的等待对方答复。",
        "The agreement {agreement} is {state} and no deletion is owed: it is owed once it has ended, and a statement "
        "that was filed waits for its answer.",
    )
    rule = "LT-CON-42"


class DeletionTaken(Conflict):
    """The time to answer a statement of deletion is over, so that silence has taken it, written down or not."""

    title = Text("异议期限已过", "The time to answer is over")
    detail = Text(
        "删除证明 {statement} 的答复期限已于 {due_at} 届满，沉默视为接受，不再答复。",
        "The time to answer the statement {statement} was over at {due_at}: silence has taken it.",
    )
    rule = "LT-CON-42"


class DeletionDenied(Conflict):
    """The provider has said no to as many statements of deletion as it may by itself."""

    title = Text("提供方的异议次数已满", "The provider has said no as often as it may")
    detail = Text(
        "协议 {agreement} 已有 {limit} 份删除证明未被接受；此后的证明如有不实，请向主管机构提交证据，由其推翻。",
        "{limit} statements of deletion under {agreement} were not taken. Whoever holds a later one to be false brings"
        " the evidence to the regulator, who may refute it.",
    )
    rule = "LT-DEL-05"


class DeletionIncomplete(Unprocessable):
    """The statement leaves open what became of the data."""

    title = Text("删除证明不完整", "The statement of deletion is incomplete")
    detail = Text("请按所列 {count} 处更正。", "Mend the {count} places listed.")
    rule = "LT-CON-42"


class SuspensionUnfounded(Conflict):
    """A provider suspends for a breach that stands, and for nothing else."""

    title = Text("没有可据以中止的违约", "There is no breach to suspend for")
    detail = Text(
        "协议 {agreement} 没有使用方的违约记录；逾期未履行的义务可据以中止，主管机构可依职权中止。",
        "No breach of the consumer stands under {agreement}: an obligation that is overdue is ground to suspend, and "
        "the offices may suspend by their own authority.",
    )
    rule = "LT-CON-41"


class SuspensionTooLong(Unprocessable):
    """A suspension has an end that the centre has published."""

    title = Text("中止时间过长", "The suspension is too long")
    detail = Text("中止最长 {days_max} 天，期满自动恢复。", "It lasts {days_max} days at most and then ends by itself.")
    rule = "LT-CON-41"


class NotYourSuspension(Forbidden):
    """Whoever suspended lifts it."""

    title = Text("中止由他人作出", "Somebody else suspended it")
    detail = Text(
        "该中止由{by}作出，由其恢复，或至 {until} 自动恢复。",
        "It was suspended by the {by}, who lifts it; it ends by itself at {until}.",
    )
    rule = "LT-CON-41"
