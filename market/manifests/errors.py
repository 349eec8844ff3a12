"""Why manifests are not carried out."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class ManifestsRefused(Unprocessable):
    """Something stands against at least one of them, and nothing was done."""

    title = Text("挂牌清单未执行", "The manifests were not carried out")
    detail = Text(
        "{count} 处不符；未作任何更改。请逐项更正后重新比对。",
        "{count} things stand against them; nothing was changed. Mend each of them and plan anew.",
    )
    rule = "LT-LST-21"


class ManifestPlanStale(Conflict):
    """What was planned is not what would be done now."""

    title = Text("计划已过时", "The plan is out of date")
    detail = Text(
        "自比对以来商品或清单已有变化；请重新比对后再执行。",
        "Products or manifests have changed since they were compared: plan anew, then apply.",
    )
    rule = "LT-LST-21"
