"""Refusals of approval inside an organisation."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class ManagerOnly(Forbidden):
    """The party's own rule is changed by whoever holds its first key, which no other key has made."""

    title = Text("仅限本单位的管理密钥", "Only the party's manager may")
    detail = Text(
        "内部授权规则须以本单位的管理密钥（首个密钥或其续签的密钥）修改；由其他密钥签发的密钥不能修改。",
        "The rule is changed with the party's managing key: its first one, or what took that one's place; a key that"
        " another key made cannot.",
    )
    rule = "LT-NEG-12"


class ApprovalRuleFaulty(Unprocessable):
    """The rule contradicts itself or names keys that are not the party's; every fault is named."""

    title = Text("内部授权规则有误", "The approval rule has faults")
    detail = Text("规则有 {count} 处须更正，请按所列逐项修改。", "Mend the rule in {count} places, as they are listed.")
    rule = "LT-NEG-12"


class NoApprovalRule(Conflict):
    """Nothing is approved where the party has not said who approves."""

    title = Text("尚无内部授权规则", "There is no approval rule")
    detail = Text(
        "本单位没有内部授权规则，无须审批；管理密钥可用 POST /v1/approval-rules 设立。",
        "Your party has no rule and needs no approval; its managing key sets one by POST /v1/approval-rules.",
    )
    rule = "LT-NEG-12"


class ApproverForeign(Forbidden):
    """The caller is none of those whom the party's rule lets approve this amount now."""

    title = Text("您不在审批人之列", "You are not an approver")
    detail = Text(
        "按本单位第 {n} 版规则，可审批 {amount} 的有：{approvers}。",
        "By version {n} of your party's rule {amount} is approved by: {approvers}.",
    )
    rule = "LT-NEG-11"


class ApprovedAlready(Conflict):
    """The same person says yes twice; four eyes are two persons, however many keys they have."""

    title = Text("同一人已审批", "The same person has approved")
    detail = Text(
        "{name} 已审批该条件；双人审批须由不同的人作出。",
        "{name} has approved these terms; what needs two needs two persons.",
    )
    rule = "LT-NEG-11"


class ApprovalMissing(Conflict):
    """The party's own rule asks for more yeses than were given; whoever acts does not count, nor its stand-in."""

    title = Text("尚缺内部审批", "Approval is missing")
    detail = Text(
        "按本单位第 {n} 版规则，{amount} 须经操作人以外的 {needed} 人审批，已有 {given} 人"
        "（受托人与其委托人计为一人）；条件摘要 {digest}。",
        "By version {n} of your party's rule {amount} needs {needed} approvals by others than who acts; there are"
        " {given}, a stand-in and whom it stands in for being one, for the terms {digest}.",
    )
    rule = "LT-NEG-10"


class ApprovalVoid(ApprovalMissing):
    """There was approval, but of terms that others have taken the place of."""

    title = Text("内部审批已失效", "The approval is void")
    detail = Text(
        "此前的审批针对摘要 {approved}，其后条件已变更为 {digest}；按第 {n} 版规则 {amount} 须重新经 {needed} 人审批。",
        "What was approved had the digest {approved}; the terms are now {digest}. By version {n} of your party's rule"
        " {amount} needs {needed} approvals anew.",
    )
    rule = "LT-NEG-10"
