"""Refusals of joint computing."""

from kernel.errors import Conflict, TooMany, Unprocessable
from kernel.text import Text


class JointUnfit(Unprocessable):
    """The joint agreement cannot stand as it is written; every fault is listed."""

    title = Text("联合计算约定有误", "The joint agreement cannot stand")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-JNT-01"


class JointAgreementsOpen(Conflict):
    """A buyer has as many joint agreements open as it may have."""

    title = Text("未了结的联合计算约定过多", "Too many joint agreements are open")
    detail = Text(
        "最多 {limit} 份联合计算约定同时待同意或生效；请先撤回或结束其中之一。",
        "{limit} joint agreements await consent or are in force at the most; withdraw or end one first.",
    )
    rule = "LT-JNT-01"


class JointContentDiffers(Conflict):
    """What is consented to is not what was proposed."""

    title = Text("摘要与约定内容不符", "The digest is not that of the content")
    detail = Text(
        "约定内容的摘要为 {sha256}；请重新读取内容后再同意。",
        "The digest of the content is {sha256}; read the content again before you consent.",
    )
    rule = "LT-JNT-01"


class JointNotInForce(Conflict):
    """Not both have consented, or it is over: nothing is computed."""

    title = Text("联合计算约定未生效或已结束", "The joint agreement is not in force")
    detail = Text(
        "联合计算约定 {joint_agreement} 当前为“{state}”，须经双方提供方同意并在期限内。未扣减，未执行。",
        "The joint agreement {joint_agreement} is {state}: both providers must have consented and its term must run."
        " Nothing was charged or run.",
    )
    rule = "LT-JNT-01"


class JointAggregatesNotAgreed(Conflict):
    """The joint agreement has no ad-hoc queries, or one side offers none."""

    title = Text("约定不含自主查询", "Queries of one's own were not agreed")
    detail = Text(
        "联合计算约定 {joint_agreement} 仅含所列模板；如需自主查询，请另行提出约定。",
        "The joint agreement {joint_agreement} has the templates that it lists and nothing else; propose another one.",
    )
    rule = "LT-JNT-03"


class JointKeyNotLicensed(Conflict):
    """The column of identifiers is not among those that a side's agreement licenses."""

    title = Text("标识列不在许可范围内", "The column of identifiers is not licensed")
    detail = Text(
        "{side} 方协议 {agreement} 许可的列不含约定的标识列，无法联结；未扣减，未执行。",
        "The columns that the agreement {agreement} of the side {side} licenses lack the column of identifiers, so that"
        " nothing can be joined; nothing was charged or run.",
    )
    rule = "LT-JNT-02"


class JointTemplateUnknown(Conflict):
    """The joint agreement has no template of this code."""

    title = Text("约定中没有此模板", "The joint agreement has no such template")
    detail = Text("可用模板：{templates}。", "Its templates: {templates}.")
    rule = "LT-JNT-04"


class JointTemplateSpent(Conflict):
    """The template has run as often as both let it."""

    title = Text("模板运行次数已满", "The template has run as often as it may")
    detail = Text("每份联合计算约定最多运行 {limit} 次。", "A joint agreement runs it {limit} times at the most.")
    rule = "LT-JNT-04"


class JointSetsTooMany(Conflict):
    """The two assets were joined in as many revisions as sets can be compared with."""

    title = Text("已联结的版本过多", "Too many revisions were joined")
    detail = Text(
        "{side} 方已有 {limit} 个集合用于模板，无法再与新的版本比对；请用已联结过的版本，或改用加噪查询。未执行。",
        "{limit} sets of the side {side} were joined for templates, and no more can be compared with; use a revision"
        " that was joined before, or a query with noise. Nothing was run.",
    )
    rule = "LT-JNT-05"


class JointTableTooLarge(Conflict):
    """A side has more rows than a process can join."""

    title = Text("表过大", "The table is too large")
    detail = Text(
        "{side} 方的表有 {rows} 行，联合计算每方最多 {limit} 行；未扣减，未执行。",
        "The table of the side {side} has {rows} rows, and a side has {limit} at the most; nothing was charged or run.",
    )
    rule = "LT-JNT-06"


class JointJoinTooLarge(Conflict):
    """The join could have more rows than a process can hold, by the rows of both and what an identifier brings."""

    title = Text("联结结果过大", "The join is too large")
    detail = Text(
        "两表联结后最多可有 {rows} 行，联合计算最多处理 {limit} 行；未扣减，未执行。",
        "The join of both tables could have {rows} rows, and {limit} are computed on at the most; nothing was charged"
        " or run.",
    )
    rule = "LT-JNT-06"


class JointRunsUnderWay(TooMany):
    """As many runs of the joint agreement are under way as may be at once."""

    title = Text("进行中的联合计算过多", "Too many joint runs are under way")
    detail = Text(
        "同一约定最多同时进行 {limit} 项计算，请在 {retry_after_seconds} 秒后重试。",
        "{limit} runs of a joint agreement are under way at once at the most; try again in {retry_after_seconds}"
        " seconds.",
    )
    rule = "LT-JNT-06"
