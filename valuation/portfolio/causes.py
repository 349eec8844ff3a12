"""The causes of a change in words."""

from typing import Final

from kernel.text import Text

CAUSES: Final = {
    "rule_set": Text("规则集", "rule set"),
    "quality": Text("质量", "quality"),
    "cost": Text("成本", "costs"),
    "income": Text("收益", "income"),
    "decay_and_life": Text("衰减与期限", "decay and life"),
    "discount": Text("折现率与税", "discount rate and tax"),
    "market": Text("市场数据", "market data"),
    "weighing": Text("方法权重", "weights of the approaches"),
    "other": Text("其他", "other"),
    "study": Text("评估内容整体（无法再分）", "the study as a whole (it cannot be told apart)"),
    "new_assets": Text("新增资产", "new assets"),
    "assets_gone": Text("移出资产", "assets gone"),
    "lineage": Text("来源关系", "lineage"),
    "overlap": Text("声明的重叠系数", "declared overlap"),
    "repeated_values": Text("重复计量价值的变动", "what repeated values are worth"),
}
"""Every cause that a change of a portfolio can have."""
