"""Refusals of drafts of contracts."""

from kernel.errors import Unprocessable
from kernel.text import Text


class DraftFaulty(Unprocessable):
    """The clauses do not make a contract; `errors` name every fault with its place and the rule that it breaks."""

    title = Text("合同草案有误", "The draft of the contract is faulty")
    detail = Text(
        "合同草案（示范文本 {model}）有 {count} 处错误，请按所列逐项更正；可用条款见 GET /v1/contract-models/{model}。",
        "The draft (model contract {model}) has {count} faults; correct each as it says. The clauses that may stand in "
        "it: GET /v1/contract-models/{model}.",
    )
    rule = "LT-CON-12"


class DraftTooLong(Unprocessable):
    """The text of a draft comes to more than is set, compared or printed here."""

    title = Text("合同文本过长", "The text of the contract is too long")
    detail = Text(
        "合同文本共 {characters} 个字符，上限为 {characters_max}；请缩短特别约定和各参数的文字。",
        "The text comes to {characters} characters where {characters_max} is the most; shorten special terms and "
        "texts.",
    )
    rule = "LT-CON-16"
