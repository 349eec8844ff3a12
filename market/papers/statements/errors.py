"""Refusals of statements."""

from kernel.errors import Conflict
from kernel.text import Text


class PeriodNotOver(Conflict):
    """A statement is drawn when its period is over: before that it could still change."""

    title = Text("期间尚未结束", "The period is not over yet")
    detail = Text("{period} 将于 {until} 结束，其后方可出具。", "{period} is over at {until}; draw its statement then.")
    rule = "LT-PAP-01"


class NothingToState(Conflict):
    """Where nothing moved and nothing stood there is nothing to state."""

    title = Text("该期间没有往来", "There is nothing to state")
    detail = Text(
        "{period} 没有以 {currency} 计的往来和余额。",
        "In {period} nothing moved in {currency}, and there was no balance.",
    )
    rule = "LT-PAP-01"


class PayoutNotSent(Conflict):
    """An advice tells of money that has left."""

    title = Text("尚未付出", "The payout has not left yet")
    detail = Text(
        "付款 {payout} 处于“{state}”状态；付出后方可出具付款通知。",
        "The payout {payout} is {state}; its advice is drawn once it has left.",
    )
    rule = "LT-PAP-01"
