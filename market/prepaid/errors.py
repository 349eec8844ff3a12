"""Refusals of prepaid balances."""

from kernel.errors import Unprocessable
from kernel.text import Text


class TopUpOutOfBounds(Unprocessable):
    """A top-up is a positive amount, and not above what the centre takes at once."""

    title = Text("充值金额不在范围内", "The amount is not one to top up by")
    detail = Text("充值须大于零且不超过 {most}。", "Top up by more than zero and at most {most}.")
    rule = "LT-PRE-01"
