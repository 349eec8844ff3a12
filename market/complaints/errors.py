"""Refusals of complaints."""

from kernel.errors import Conflict, FieldError, Forbidden, Unprocessable
from kernel.money import Money
from kernel.text import Text


class ComplaintTooLate(Unprocessable):
    """The period in which the reason is heard is over, or has not begun."""

    title = Text("不在投诉期内", "It is not the time for this complaint")
    detail = Text(
        "{about} 以“{reason}”为由的投诉期为 {opens} 至 {closes}；现在可用的事由：{reasons}。",
        "For the reason {reason} a complaint about {about} is heard from {opens} until {closes}; heard now: {reasons}.",
    )
    rule = "LT-CMP-02"


class ComplaintUnfit(Unprocessable):
    """The reason is none that is heard of this object in its present state."""

    title = Text("投诉事由不适用", "The reason does not fit")
    detail = Text(
        "{about} 处于“{state}”状态，不能以“{reason}”为由投诉；现在可用的事由：{reasons}。",
        "{about} is {state}: the reason {reason} is not heard of it; heard now: {reasons}.",
    )
    rule = "LT-CMP-01"


class ComplaintAboutNothing(Conflict):
    """Nothing was paid for, or what was paid has gone back: there is nothing to complain about."""

    title = Text("没有可投诉的交易", "There is nothing to complain about")
    detail = Text(
        "{about} 处于“{state}”状态；付款后方可投诉，款项全部退回后不再受理。",
        "{about} is {state}: a complaint is heard once it is paid, and not after all of it went back.",
    )
    rule = "LT-CMP-01"


class ComplaintRepeated(Conflict):
    """There is a complaint of it that is not closed, or one for the same reason that was decided."""

    title = Text("已有投诉", "There is a complaint already")
    detail = Text(
        "就 {subject} 已有投诉 {complaint}，状态为“{state}”；未结期间或同一事由已处理的，不重复受理。",
        "Of {subject} there is the complaint {complaint}, which is {state}: while it is open, or for a reason that was"
        " dealt with, no other is heard.",
    )
    rule = "LT-CMP-01"


class ComplaintsTooMany(Conflict):
    """Complaints of one order or bill are bounded, since each holds its money and lets the inspection wait."""

    title = Text("投诉次数已达上限", "There were too many complaints")
    detail = Text("就 {subject} 至多提出 {limit} 次投诉。", "Of {subject} there are {limit} complaints at most.")
    rule = "LT-CMP-01"


class RemedyFaulty(Unprocessable):
    """What is asked, proposed or decided cannot be done of what is in dispute."""

    title = Text("处理方式不成立", "The remedy cannot be")
    detail = Text(
        "处理方式有 {count} 处不符；争议金额为 {disputed}。",
        "The remedy has {count} faults; {disputed} is in dispute.",
    )
    rule = "LT-CMP-05"


def remedy_faulty(pointer: str, why: Text, disputed: Money) -> RemedyFaulty:
    """What is wrong with the field of a remedy, beside what is in dispute."""
    return RemedyFaulty(count=1, disputed=str(disputed), errors=[FieldError(pointer, why, RemedyFaulty.rule)])


class ComplaintFilesFaulty(Unprocessable):
    """The files are too many or too large, or not kept as evidence."""

    title = Text("材料不符合要求", "The files cannot be taken")
    detail = Text(
        "材料须以 evidence 用途上传，每次至多 {limit} 个、每个至多 {limit_bytes} 字节；"
        "全案至多 {case_limit} 个、合计 {case_limit_bytes} 字节，"
        "已有 {used} 个、{used_bytes} 字节。",
        "Files are uploaded for the purpose evidence, {limit} at a time, of {limit_bytes} bytes each; a case has"
        " {case_limit} at most and {case_limit_bytes} bytes in all, and has {used} with {used_bytes} bytes.",
    )
    rule = "LT-CMP-01"


class ComplaintMessagesTooMany(Conflict):
    """The thread of a complaint is bounded."""

    title = Text("留言已达上限", "There are too many messages")
    detail = Text("一件投诉至多 {limit} 条留言。", "A complaint has {limit} messages at most.")
    rule = "LT-CMP-01"


class ComplaintStepTooLate(Conflict):
    """What the state waited for did not come in time."""

    title = Text("期限已过", "The time is over")
    detail = Text(
        "投诉 {complaint} 在“{state}”状态的期限已于 {due_at} 届满，按规则办理，不再接受此步骤。",
        "The complaint {complaint} was {state} until {due_at}: what silence leads to follows, and this is late.",
    )
    rule = "LT-CMP-04"


class ProposalAnswered(Conflict):
    """A side answers a proposal once."""

    title = Text("已答复该方案", "The proposal is answered")
    detail = Text(
        "您已同意投诉 {complaint} 的调解方案；另一方的答复期限至 {due_at}。",
        "You have agreed to the proposal of the complaint {complaint}; the other side answers by {due_at}.",
    )
    rule = "LT-CMP-05"


class MediatorNotIndependent(Forbidden):
    """Nobody mediates or decides for a party that it belongs to, nor decides twice."""

    title = Text("应当回避", "Another officer has to do this")
    detail = Text("不能由您办理：{why}", "This is not yours to do: {why}")
    rule = "LT-CMP-06"


OWN_PARTY = Text("您属于投诉的一方。", "you belong to a side of the complaint.")
SAME_PERSON = Text(
    "该案的调解、决定须与复核由不同的人作出。",
    "whoever mediated or decided does not decide on the appeal.",
)


class RuleUnknown(Unprocessable):
    """A decision cites rules of the rulebook in force."""

    title = Text("所引规则不存在", "There is no such rule")
    detail = Text("现行规则手册中没有 {unknown}。", "The rulebook in force has no {unknown}.")
    rule = "LT-CMP-05"


class BundlesTooMany(Conflict):
    """The bundles of a case are bounded."""

    title = Text("移交包已达上限", "There are too many bundles")
    detail = Text("一件投诉至多生成 {limit} 个移交包。", "A complaint has {limit} bundles at most.")
    rule = "LT-CMP-09"


class BundleInTheMaking(Conflict):
    """The bundle is being made; the log takes seconds to enter the last steps."""

    title = Text("移交包正在生成", "The bundle is in the making")
    detail = Text("移交包 {bundle} 正在生成，请稍后再取。", "The bundle {bundle} is in the making; fetch it shortly.")
    rule = "LT-CMP-09"
