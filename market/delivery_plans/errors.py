"""Refusals of delivery plans and of their parts."""

from typing import Final

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text

WHY_INDIVISIBLE: Final = {
    "state": Text(
        "计划应在订单付款之前、协议拟定之后约定",
        "a plan is agreed before the order is paid, once its agreement is drafted",
    ),
    "parts": Text("该订单已约定分批交付", "its delivery in parts is agreed already"),
    "stays": Text("该数据以计算方式交付，没有文件", "what is delivered by computing has no files"),
    "scope": Text(
        "许可限定行列或副本带标记，文件另行制作，不按登记文件分批",
        "its files are made to the scope or the marks of its licence, all at once",
    ),
    "free": Text("该订单不收价款", "nothing is paid for it"),
    "price-plan": Text("按价格方案收费的订单逐期付款", "an order at a price plan is paid period by period"),
    "updates": Text(
        "许可含更新的，数据随版本交付", "where the licence includes updates data comes revision by revision"
    ),
}
"""Why an order is not delivered in parts."""


class OrderIndivisible(Conflict):
    """An order of files at one price is divided before it is paid, once."""

    title = Text("该订单不能分批交付", "The order cannot be delivered in parts")
    detail = Text(
        "订单 {order}（{state}）不能分批交付：{why}。", "The order {order} ({state}) cannot be divided: {why}."
    )
    rule = "LT-PRT-01"


class DeliveryPlanFaulty(Unprocessable):
    """Every fault of the parts is named."""

    title = Text("分批交付计划有误", "The delivery plan is faulty")
    detail = Text("有 {count} 处须更正，请逐项修改。", "{count} faults; mend each as it is listed.")
    rule = "LT-PRT-01"


class DeliveryPlanOpen(Conflict):
    """Another one waits for its answer."""

    title = Text("已有待答复的计划", "A plan waits already")
    detail = Text("计划 {plan} 至 {until} 待答复。", "The plan {plan} waits for its answer until {until}.")
    rule = "LT-PRT-01"


class DeliveryPlansTooMany(Conflict):
    """So many plans are proposed of an order, and no more."""

    title = Text("计划次数已满", "There were too many plans")
    detail = Text("一个订单最多提出 {limit} 次计划。", "An order has at most {limit} plans, whatever became of them.")
    rule = "LT-PRT-01"


class DeliveryPlanLate(Conflict):
    """The time to answer is over, whether or not that is written down yet."""

    title = Text("答复期限已过", "The time to answer is over")
    detail = Text("计划 {plan} 的答复期限已于 {due_at} 届满。", "The plan {plan} was to be answered by {due_at}.")
    rule = "LT-PRT-01"


class NotYoursToAnswerPlan(Conflict):
    """The other side agrees or declines; who proposed may withdraw."""

    title = Text("应由另一方答复", "The other side answers")
    detail = Text(
        "计划由对方同意或拒绝；提出方可以撤回。", "The other side agrees or declines; who proposed it may withdraw it."
    )
    rule = "LT-PRT-01"


class PartNotReleased(Conflict):
    """Nothing is handed out before its day."""

    title = Text("尚未到交付日", "It is not released yet")
    detail = Text(
        "订单 {order} 分批交付，下一批自 {next} 起交付。",
        "The order {order} is delivered in parts; the next one is handed over from {next} on.",
    )
    rule = "LT-PRT-02"


class DeliveredInParts(Conflict):
    """What concerns one part is said of that part."""

    title = Text("该订单分批交付", "The order is delivered in parts")
    detail = Text(
        "订单 {order} 分批交付，请就其中一批办理：{parts}。",
        "The order {order} is delivered in parts: name the one that it concerns, {parts}.",
    )
    rule = "LT-PRT-04"
