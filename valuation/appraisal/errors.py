"""Why an appraisal is refused."""

from kernel.errors import Conflict, Forbidden, Unavailable, Unprocessable
from kernel.text import Text


class InputsFaulty(Unprocessable):
    """Parameters are outside what the rule set admits; all of them are listed."""

    title = Text("评估参数不符合规则", "Appraisal parameters break the rules")
    detail = Text("有 {count} 个参数不符合规则集，请逐项更正。", "{count} parameters break the rule set; correct each.")
    rule = "LT-APR-05"


class SimulationTooLong(Unavailable):
    """Draws over parameters that rules hold against each other are put before the engine, which takes its time."""

    title = Text("模拟耗时过长", "The simulation takes too long")
    detail = Text(
        "{draws} 次抽样在 {seconds} 秒内未能算完，请减少 draws。",
        "{draws} draws were not valued within {seconds} seconds; ask for fewer `draws`.",
    )


class ConflictOfInterest(Forbidden):
    """Who holds the asset may not value it."""

    title = Text("利益冲突，应当回避", "Conflict of interest")
    detail = Text(
        "评估机构与资产提供方为同一主体，依资产评估法应当回避。请委托其他评估机构。",
        "The valuer is the provider of the asset and must step back; engage another valuer.",
    )
    rule = "LT-APR-01"


class IndependenceImpaired(Forbidden):
    """The firm or one of its valuers has a tie to those whom the asset concerns and must step back."""

    title = Text("利益冲突，应当回避", "Conflict of interest")
    detail = Text(
        "评估机构或评估人员存在 {count} 项利害关系，依资产评估法应当回避；逐项见所列。",
        "The firm or a valuer must step back under the Asset Appraisal Law; {count} ties are listed.",
    )
    rule = "LT-APR-01"


class ScorecardMismatch(Unprocessable):
    """The scorecard belongs to other data than the asset's present revision."""

    title = Text("质量评分不属于该资产的当前版本", "The scorecard is not of this asset's present revision")
    detail = Text(
        "质量评分 {scorecard} 对应版本 {scored}，资产当前版本为 {current}。请先对当前版本评分。",
        "Scorecard {scorecard} is of revision {scored}; the present revision is {current}. Score that one first.",
    )
    rule = "LT-APR-08"


class BaseDateOutside(Unprocessable):
    """The base date lies in the future, or so far back that the result could no longer be used."""

    title = Text("评估基准日不可用", "The base date cannot be used")
    detail = Text(
        "基准日 {base_date} 须在 {earliest} 与 {today} 之间。",
        "The base date {base_date} must lie between {earliest} and {today}.",
    )
    rule = "LT-APR-07"


class RuleSetNotInForce(Conflict):
    """No published rule set was in force on the base date."""

    title = Text("基准日没有生效的评估规则集", "No rule set was in force on the base date")
    detail = Text(
        "基准日 {base_date} 早于首个规则集的生效日。", "The base date {base_date} is before the first rule set."
    )
    rule = "LT-APR-07"
