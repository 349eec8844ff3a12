"""Refusals of permitted incomes."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class PermittedIncomeFaulty(Unprocessable):
    """What is recorded is not a decision on public data of the party's own; every fault is named."""

    title = Text("准许收入有误", "The permitted income is faulty")
    detail = Text("有 {count} 处须更正，请按所列逐项修改。", "It is to be corrected in {count} places, as listed.")
    rule = "LT-CAP-01"


class CycleRunning(Conflict):
    """An asset is under one permitted income at a time."""

    title = Text("已有在评估周期内的准许收入", "There is a permitted income whose cycle runs")
    detail = Text(
        "资产已列入 {other}，其评估周期至 {ends_on}，年度检查完成后方可录入下一周期。",
        "An asset is under {other} until {ends_on}; the next cycle is recorded once its years are checked.",
    )
    rule = "LT-CAP-01"


class ExcessNotDeducted(Unprocessable):
    """What a cycle earned above what was permitted is deducted from the next."""

    title = Text("未扣减上一周期超额收入", "The excess of the last cycle is not deducted")
    detail = Text(
        "上一周期 {other} 超额 {excess}，须作为 excess_of_last_cycle 列入；所列为 {given}。",
        "The last cycle, {other}, earned {excess} too much, which goes in as excess_of_last_cycle; it says {given}.",
    )
    rule = "LT-CAP-03"
