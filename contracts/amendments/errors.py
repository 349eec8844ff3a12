"""Refusals of amendments."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class AgreementNotAmendable(Conflict):
    """Only an agreement in force, or suspended, has terms that can be changed."""

    title = Text("该合同当前不可变更", "The agreement cannot be amended now")
    detail = Text(
        "合同 {agreement} 处于“{state}”状态；生效中或中止中的合同方可变更，其他情形请另行订立。",
        "The agreement {agreement} is {state}: one in force or suspended is amended; else a new one is concluded.",
    )
    rule = "LT-CON-30"


class AmendmentFaulty(Unprocessable):
    """The new terms are no change of this agreement, or change what an amendment does not; every fault is named."""

    title = Text("变更内容不成立", "This is no amendment of the agreement")
    detail = Text(
        "变更内容有 {count} 处须更正，请按所列逐项修改。",
        "The amendment is to be corrected in {count} places; mend each as it is listed.",
    )
    rule = "LT-CON-31"


class AmendmentOpen(Conflict):
    """Another amendment of the agreement waits for its signatures."""

    title = Text("已有待签署的变更", "Another amendment waits for its signatures")
    detail = Text(
        "变更 {amendment} 仍待签署；请先签署、拒绝或撤回，再提出新的变更。",
        "The amendment {amendment} waits for its signatures; sign, decline or withdraw it before another is proposed.",
    )
    rule = "LT-CON-32"


class AmendmentLapsed(Conflict):
    """The time to answer is over."""

    title = Text("变更提议已失效", "The proposal of the amendment has lapsed")
    detail = Text(
        "变更 {amendment} 的签署期限已于 {due_at} 届满；如仍需变更，请重新提出。",
        "The amendment {amendment} was to be signed until {due_at}; propose it anew if it is still wanted.",
    )
    rule = "LT-CON-32"


class AmendmentSuperseded(Conflict):
    """What it changes no longer stands."""

    title = Text("所变更的条件已不再有效", "What it changes no longer stands")
    detail = Text(
        "变更 {amendment} 以 {from_digest} 为基础，而现行文本为 {standing}；请就现行文本重新提出。",
        "The amendment {amendment} changes {from_digest}, but {standing} stands; propose it anew against that.",
    )
    rule = "LT-CON-32"


class AmendmentOthersToEnd(Forbidden):
    """Who proposed withdraws; the other side declines."""

    title = Text("该操作属于另一方", "This belongs to the other side")
    detail = Text(
        "提议方可撤回、对方可拒绝；您可执行：{allowed}。",
        "Who proposed it withdraws it, the other side declines it; you may: {allowed}.",
    )
    rule = "LT-CON-32"


class AmendmentAltered(Conflict):
    """The stored content no longer matches its digest."""

    title = Text("变更内容与摘要不符", "The amendment does not match its digest")
    detail = Text(
        "变更 {amendment} 的内容与其摘要不符，不得签署；请联系中心。",
        "The content of {amendment} does not match its digest and cannot be signed; ask the centre.",
    )
    rule = "LT-CON-04"


class AmendmentAwaitsSuccession(Conflict):
    """Whoever joins takes over the terms that it signed: they stay as they are until it is decided.

    Names the succession and until when an answer is owed, once whoever acquired the rights is called.
    """

    title = Text("承继未决", "A succession is not decided")
    detail = Text(
        "登记权利已转让，协议正由 {transferee} 承继，决定之前不修订；请待承继决定后再提出。",
        "The registered rights have passed and the agreement is passing to {transferee}: it is not amended before that"
        " is decided; propose it then.",
    )
    rule = "LT-CON-46"
