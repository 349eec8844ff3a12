"""Refusals of prices."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class ChargeTooLarge(Unprocessable):
    """What was used, at the price that was agreed, comes to more than any amount may be."""

    title = Text("金额超出上限", "The amount is too large")
    detail = Text(
        "该用量按约定价格计算的金额超过上限（{most} 个最小货币单位）；请核对用量与单价。",
        "The usage at its price comes to more than {most} minor units, the most that an amount may be; check the usage "
        "and the unit price.",
    )
    rule = "LT-PRC-01"


class PriceOnRequest(Unprocessable):
    """The price is told on request: nothing can be ordered at it."""

    title = Text("价格须询价", "The price is on request")
    detail = Text(
        "该商品未公布价格：请发起磋商，或请提供方作出私下要约，以约定价款后成交。",
        "No price is published: open a negotiation, or ask the provider for a private offer, and agree on a price.",
    )
    rule = "LT-PRC-02"


class PlansIncomparable(Unprocessable):
    """A plan is changed for another one of the same currency and length of period."""

    title = Text("两个价格方案不可换算", "One plan cannot be changed for the other")
    detail = Text(
        "周期中间变更方案，须币种与周期相同：原为 {old}，新为 {new}；请在周期届满时变更。",
        "In the middle of a period a plan is changed for one of the same currency and length: it is {old}, and the new"
        " one is {new}; change it at the end of the period.",
    )
    rule = "LT-PRC-03"


class BundleFaulty(Unprocessable):
    """A bundle holds only what its provider sells by itself, under equal rights: nobody grants more than it holds."""

    title = Text("组合中的商品不成立", "The products of the bundle do not go together")
    detail = Text(
        "组合有 {count} 处须更正：各项须为同一提供方在售的商品，许可的权利相同。",
        "The bundle is to be corrected in {count} places: each is a product of the same provider that is on the shelf, "
        "under a licence of equal rights.",
    )
    rule = "LT-PRC-05"


class TrialUsed(Conflict):
    """A trial is for whoever has not had one of the asset: neither itself nor anybody who is one hand with it."""

    title = Text("已使用过试用", "The trial has been had")
    detail = Text(
        "贵方或与贵方有关联的主体已试用过资产 {asset}；请约定不含试用的价格方案。",
        "You, or a party that is one hand with you, have had a trial of {asset} already; agree on a plan without one.",
    )
    rule = "LT-PRC-04"
