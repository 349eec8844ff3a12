"""What can be wrong with a portfolio."""

from kernel.errors import Unprocessable
from kernel.text import Text


class PortfolioFaulty(Unprocessable):
    """The terms of a run, or what it names, cannot be used; everything that is wrong is listed."""

    title = Text("组合有误", "The portfolio has faults")
    detail = Text("组合有 {count} 处问题，请按所列逐项更正。", "The portfolio has {count} faults; correct each.")
    rule = "LT-PTF-05"
