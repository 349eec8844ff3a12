"""Refusals of controlled computing."""

from kernel.errors import Conflict, TooMany, Unprocessable
from kernel.text import Text


class OfferUnfit(Unprocessable):
    """The computing offer cannot stand as it is written; every fault is listed."""

    title = Text("受控计算说明有误", "The computing offer cannot stand")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-SBX-01"


class OfferVersionsTooMany(TooMany):
    """An asset has had as many versions of its offer in a day as it may have."""

    title = Text("受控计算说明更新过于频繁", "Too many versions of the offer")
    detail = Text(
        "同一资产的受控计算说明每 24 小时最多更新 {limit} 次，请在 {retry_after_seconds} 秒后重试。",
        "An asset has at most {limit} versions of its offer in 24 hours; try again in {retry_after_seconds} seconds.",
    )
    rule = "LT-SBX-01"


class ComputingNotOffered(Conflict):
    """When the agreement came into force, its provider offered no aggregates on the data."""

    title = Text("该协议不含自主查询", "The agreement has no ad-hoc queries")
    detail = Text(
        "协议 {agreement} 生效时提供方未公布受控计算说明，可使用其核准的计算模板。",
        "When the agreement {agreement} came into force, no aggregates were offered; approved templates may run.",
    )
    rule = "LT-SBX-01"


class UnitNotLicensed(Conflict):
    """Who a row is about is not among the licensed columns, so that nobody can be kept from being told apart."""

    title = Text("隐私单元列不在许可范围内", "The column of units is not licensed")
    detail = Text(
        "协议 {agreement} 许可的列不含受控计算说明的隐私单元列，不能自主查询；可使用提供方核准的计算模板。",
        "The columns that the agreement {agreement} licenses lack the offer's column of units, so nothing can be asked;"
        " approved templates may run.",
    )
    rule = "LT-CHN-06"


class TableMissing(Conflict):
    """The revision asked for has no file of the name that the offer or the template reads."""

    title = Text("该版本没有所需的表", "The revision lacks the table")
    detail = Text(
        "版本 {revision} 中没有文件 {file}，未扣减，未执行。",
        "The revision {revision} has no file {file}; nothing was charged or run.",
    )
    rule = "LT-SBX-02"


class TableTooLarge(Conflict):
    """The revision has more rows than a process can bound by unit in its memory and time."""

    title = Text("表过大", "The table is too large")
    detail = Text(
        "版本 {revision} 有 {rows} 行，受控计算最多处理 {limit} 行；未扣减，未执行。",
        "The revision {revision} has {rows} rows, and {limit} are computed on at the most; nothing was charged or run.",
    )
    rule = "LT-SBX-06"


class TextTooLarge(Conflict):
    """A table of text is read as a whole, and the revision's is larger than what a process is given."""

    title = Text("文本表过大", "The table of text is too large")
    detail = Text(
        "CSV 文件 {file} 有 {mib} MiB，整体读入的文件最多 {limit} MiB；Parquet 只读取所用的列。未扣减，未执行。",
        "The CSV file {file} has {mib} MiB, and a file that is read as a whole has {limit} MiB at the most; of Parquet"
        " only the columns are read that are used. Nothing was charged or run.",
    )
    rule = "LT-SBX-06"


class BudgetSpent(Conflict):
    """What is left of the privacy budget does not pay for the query; nothing was charged."""

    title = Text("隐私预算不足", "The privacy budget is spent")
    detail = Text(
        "本次查询需要 {needed} 微ε，{scope} 剩余 {left} 微ε；未扣减，未执行。已有的答案仍可免费再取。",
        "The query costs {needed} millionths of epsilon, and {left} are left of the budget ({scope}); nothing was"
        " charged or run. Answers that exist can be had again for nothing.",
    )
    rule = "LT-SBX-03"


class QueryRefused(Unprocessable):
    """The query says something that the grammar of the offer does not have; every fault is listed."""

    title = Text("查询超出允许的语法", "The query is outside the grammar")
    detail = Text(
        "查询有 {count} 处不被允许，请逐项更正；允许的维度、指标和聚合见受控计算说明。",
        "{count} things in the query are not allowed; correct each. The offer lists dimensions, measures, aggregates.",
    )
    rule = "LT-SBX-04"


class TemplateUnfit(Unprocessable):
    """The template cannot be approved as it is written; every fault is listed."""

    title = Text("计算模板有误", "The template cannot stand")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-SBX-05"


class TemplateNotLicensed(Conflict):
    """The template was not approved yet, or was withdrawn before the agreement came into force."""

    title = Text("该模板不可用于此协议", "The template is not for this agreement")
    detail = Text("模板 {template} 未核准或已撤回。", "The template {template} is not approved, or was withdrawn.")
    rule = "LT-SBX-05"


class TemplateSpent(Conflict):
    """The agreement has run the template as often as its provider lets one."""

    title = Text("模板运行次数已满", "The template has run as often as it may")
    detail = Text("每份协议最多运行 {limit} 次。", "An agreement runs it {limit} times at the most.")
    rule = "LT-SBX-05"


class ParametersUnfit(Unprocessable):
    """The parameters are not those of the template; every fault is listed."""

    title = Text("模板参数有误", "The parameters are not those of the template")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-SBX-05"


class RunsUnderWay(TooMany):
    """As many runs of the agreement are under way as may be at once."""

    title = Text("进行中的计算过多", "Too many runs are under way")
    detail = Text(
        "同一协议最多同时进行 {limit} 项计算，请在 {retry_after_seconds} 秒后重试。",
        "{limit} runs of an agreement are under way at once at the most; try again in {retry_after_seconds} seconds.",
    )
    rule = "LT-SBX-06"
