"""Parameters in words: what a pointer into an appraisal's inputs, rule set or trace is called in a report."""

from collections.abc import Iterator
from typing import Final

from kernel.text import Text
from valuation.appraisal.engine.inputs import STAGE_NAMES

APPROACHES: Final = {
    "cost": Text("成本法", "Cost approach"),
    "income": Text("收益法", "Income approach"),
    "market": Text("市场法", "Market approach"),
    "reconciled": Text("多种方法综合", "Several approaches, reconciled"),
}
VALUE_TYPES: Final = {
    "market-value": Text("市场价值", "Market value"),
    "value-in-use": Text("在用价值", "Value in use"),
    "investment-value": Text("投资价值", "Investment value"),
    "liquidation-value": Text("清算价值", "Liquidation value"),
}
CONFIDENCE: Final = {
    "high": Text("高", "high"),
    "medium": Text("中", "medium"),
    "low": Text("低", "low"),
}
METHODS: Final = {
    "direct": Text("直接收益", "direct income"),
    "share": Text("收益分成", "share of income"),
    "excess": Text("超额收益", "excess earnings"),
    "incremental": Text("增量收益", "incremental income"),
}
GROUNDS: Final = {
    "A": Text("原文", "read in full"),
    "B": Text("部分原文或转引", "read in part or quoted"),
    "M-hi": Text("记忆，把握高", "from memory, high confidence"),
    "M-md": Text("记忆，把握中", "from memory, medium confidence"),
    "M-lo": Text("记忆，把握低", "from memory, low confidence"),
    "house": Text("本中心自定", "set by this centre"),
}
"""How sure the rule set is of its own basis, as each number of it states."""

_WORDS: Final[dict[str, Text]] = {
    **{name: APPROACHES[name] for name in ("cost", "income", "market")},
    **{str(stage): name for stage, name in STAGE_NAMES.items()},
    "guide": Text("成本法（专家指引）", "Cost approach (expert guide)"),
    "early": Text("前期费用", "early-stage cost"),
    "direct": Text("直接成本", "direct cost"),
    "indirect": Text("间接成本", "indirect cost"),
    "taxes": Text("相关税费", "taxes"),
    "return_on_cost": Text("成本回报率 R", "return on cost R"),
    "economic_life_years": Text("经济寿命（年）", "economic life in years"),
    "remaining_life_years": Text("剩余寿命（年）", "remaining life in years"),
    "right_remaining_years": Text("权利剩余期限（年）", "remaining term of the right in years"),
    "total_cost": Text("总成本 TC", "total cost TC"),
    "open_data": Text("开放数据量", "volume of open data"),
    "public_data": Text("公开数据量", "volume of public data"),
    "shared_data": Text("共享数据量", "volume of shared data"),
    "closed_data": Text("非共享数据量", "volume of closed data"),
    "open_spread": Text("开放数据传播系数", "spread factor of open data"),
    "public_spread": Text("公开数据传播系数", "spread factor of public data"),
    "shared_spread": Text("共享数据传播系数", "spread factor of shared data"),
    "own_volume": Text("自有数据量", "own volume"),
    "industry_volume": Text("行业数据总量", "volume of the industry"),
    "realisation_risk": Text("价值实现风险 r", "realisation risk r"),
    "discount": Text("折现率", "discount rate"),
    "wacc": Text("加权平均资本成本", "WACC"),
    "equity": Text("权益", "equity"),
    "risk_free": Text("无风险报酬率", "risk-free rate"),
    "industry": Text("行业风险溢价", "industry premium"),
    "size": Text("规模风险溢价", "size premium"),
    "data": Text("数据特有风险溢价", "data-specific premium"),
    "beta": Text("贝塔系数 β", "beta"),
    "equity_premium": Text("市场风险溢价", "equity risk premium"),
    "specific": Text("特定风险报酬率", "specific premium"),
    "equity_weight": Text("权益占比", "weight of equity"),
    "debt_weight": Text("债务占比", "weight of debt"),
    "cost_of_debt": Text("债务成本", "cost of debt"),
    "tax_rate": Text("所得税税率", "income tax rate"),
    "assets": Text("其他资产", "other assets"),
    "data_weight": Text("数据占比", "weight of the data"),
    "life": Text("收益期限", "life"),
    "years": Text("年数", "years"),
    "right": Text("权利剩余期限", "remaining term of the right"),
    "contract": Text("合同剩余期限", "remaining term of the contract"),
    "update": Text("更新周期", "update cycle"),
    "product": Text("产品生命周期", "life of the product"),
    "decay": Text("年衰减率", "yearly decay"),
    "half_life_years": Text("半衰期（年）", "half-life in years"),
    "perpetual_growth": Text("永续增长率", "growth without end"),
    "share_rate": Text("分成率 K", "share rate K"),
    "without": Text("无该数据时的收益", "income without the data"),
    "charges": Text("贡献资产", "contributory assets"),
    "value": Text("价值", "value"),
    "rate": Text("回报率", "return"),
    "comparables": Text("可比案例", "comparables"),
    "price": Text("价格", "price"),
    "scale": Text("规模", "scale"),
    "remaining_years": Text("剩余期限（年）", "remaining years"),
    "quality": Text("质量得分", "quality score"),
    "price_index": Text("价格指数", "price index"),
    "supply_demand": Text("供求修正", "supply and demand"),
    "other": Text("其他修正", "other correction"),
    "weight": Text("权重", "weight"),
    "weights": Text("权重", "weights"),
    "weighing": Text("综合", "reconciliation"),
    "quality_exponent": Text("质量修正指数", "exponent of quality"),
    "capacity_exponent": Text("容量修正指数", "exponent of capacity"),
    "uncertainty": Text("区间幅度", "half-width of the range"),
    "band_low": Text("区间下分位", "lower quantile of the band"),
    "band_high": Text("区间上分位", "upper quantile of the band"),
    "quality_factor": Text("质量修正界限", "bounds of the quality correction"),
    "date_factor": Text("期日修正界限", "bounds of the date correction"),
    "capacity_factor": Text("容量修正界限", "bounds of the capacity correction"),
    "minimum": Text("下限", "minimum"),
    "maximum": Text("上限", "maximum"),
    "random_index": Text("随机一致性指标", "random index"),
    "reconcile": Text("综合", "reconciliation"),
    "score": Text("质量得分", "quality score"),
    "judgements": Text("两两判断", "pairwise judgements"),
    "market_premium": Text("市场风险溢价", "market premium"),
}
_ORDER: Final = {word: at for at, word in enumerate(_WORDS)}
_AFTER: Final = {("discount", "market"): "market_premium"}
_CHOSEN: Final = frozenset({"comparables", "charges", "assets"})
"""What stands below these was named by the valuer."""

_RATE: Final = Text("折现率", "Discount rate")
_HIDDEN: Final = frozenset({"stages"})


def place(pointer: str) -> Text:
    """A pointer in words, such as `#/inputs/cost/stages/collect/direct`; a part without words stands as it is."""
    head, *parts = pointer.removeprefix("#/").split("/")
    if head == "trace":
        return _RATE if parts[-1].rpartition(".")[2] == "r" else Text(parts[-1], parts[-1])
    words = list(_parts(parts if head in ("inputs", "quality", "rule_set") else [head, *parts]))
    if head == "rule_set":
        words.insert(0, Text("规则集", "rule set"))
    return Text(" · ".join(part.zh for part in words), " · ".join(part.en for part in words))


def _parts(parts: list[str]) -> Iterator[Text]:
    before = ""
    for i, part in enumerate(parts):
        if part in _HIDDEN or (part == "income" and before == "income" and i + 1 < len(parts)):
            before = part
            continue
        if part.isdecimal() and before in ("income", "without"):
            yield Text(f"第 {int(part) + 1} 年", f"year {int(part) + 1}")
        elif before in _CHOSEN or part.isdecimal():
            yield Text(part, part)
        else:
            yield _WORDS.get(_AFTER.get((before, part), part), Text(part, part))
        before = "" if before in _CHOSEN else part


def order(path: str) -> tuple[tuple[int, str], ...]:
    """Where a parameter stands in a list for reading: as the approaches and their stages follow each other."""
    parts = path.split("/")
    return tuple((int(part) if part.isdecimal() else _ORDER.get(part, len(_ORDER)), part) for part in parts)
