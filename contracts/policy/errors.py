"""Refusals of licences."""

from kernel.errors import Unprocessable
from kernel.text import Text


class TermInexpressible(Unprocessable):
    """The licence says something that the centre's vocabulary cannot express, so nobody could hold anyone to it."""

    title = Text("许可条款无法表达", "The licence cannot be expressed")
    detail = Text(
        "许可条款中有 {count} 处不在许可词汇表（{vocabulary}）之内，请按所列逐项更正。",
        "{count} terms of the licence are outside the vocabulary ({vocabulary}); correct each.",
    )
    rule = "LT-CON-01"
