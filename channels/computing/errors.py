"""Refusals of controlled computing."""

from kernel.errors import Unprocessable
from kernel.text import Text


class QueryRefused(Unprocessable):
    """The query says something that the grammar of the offer does not have; every fault is listed."""

    title = Text("查询超出允许的语法", "The query is outside the grammar")
    detail = Text(
        "查询有 {count} 处不被允许，请逐项更正；允许的维度、指标和聚合见受控计算说明。",
        "{count} things in the query are not allowed; correct each. The offer lists dimensions, measures, aggregates.",
    )
    rule = "LT-SBX-04"
