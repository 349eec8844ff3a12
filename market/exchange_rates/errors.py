"""Refusals of exchange rates and of conversions."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class RateMissing(Unprocessable):
    """No confirmed rate of the pair is new enough for the day: nothing is converted by a guess."""

    title = Text("没有可用的汇率", "There is no rate to convert by")
    detail = Text(
        "{base}/{quote} 在 {on} 没有已复核且不早于 {age_days_max} 天的汇率；最近一条：{newest}。",
        "For {base}/{quote} on {on} there is no confirmed rate of the {age_days_max} days before; the newest is of: "
        "{newest}.",
    )
    rule = "LT-FXR-02"


class RateFaulty(Unprocessable):
    """What was entered is no rate of a day: each fault is named."""

    title = Text("汇率不成立", "This is no rate")
    detail = Text("汇率有 {count} 处须更正。", "The rate is to be corrected in {count} places.")
    rule = "LT-FXR-01"


class RateNotCorrected(Conflict):
    """There is a confirmed rate of the pair and day: another one says which one it corrects."""

    title = Text("该日已有汇率", "There is a rate of that day")
    detail = Text(
        "{base}/{quote} 在 {dated} 已有汇率 {rate}；如须更正，请在 corrects 中写明。",
        "For {base}/{quote} on {dated} there is the rate {rate}: name it in corrects to correct it.",
    )
    rule = "LT-FXR-01"


class SecondOfficerNeeded(Forbidden):
    """Whoever entered a rate does not confirm it."""

    title = Text("须由另一人复核", "Another officer is needed")
    detail = Text("录入汇率的人不得复核。", "Whoever entered a rate does not confirm it.")
    rule = "LT-FXR-01"
