"""Refusals of terms."""

from kernel.errors import Unprocessable
from kernel.text import Text


class TermsContradictory(Unprocessable):
    """The terms contradict themselves, or leave open what must be closed; every fault is named."""

    title = Text("合同条件自相矛盾或不完整", "The terms contradict themselves or are incomplete")
    detail = Text(
        "合同条件有 {count} 处须更正，请按所列逐项修改。",
        "The terms are to be corrected in {count} places; mend each as it is listed.",
    )
    rule = "LT-CON-20"


class RecipientNotAddressed(Unprocessable):
    """The offer is made to others."""

    title = Text("要约并非向您发出", "The offer is made to others")
    detail = Text(
        "该要约的许可仅及于：{recipients}。",
        "What the offer permits, it permits to {recipients} only.",
    )
    rule = "LT-CON-21"


class NothingLicensed(Unprocessable):
    """The contract is one on services: it licenses no data, so nothing is accessed, delivered or charged under it."""

    title = Text("合同不含数据许可", "The contract licenses no data")
    detail = Text(
        "该合同为服务合同，没有使用控制策略，不开放任何数据；使用数据须另行订立数据提供合同。",
        "It is a contract on services without a usage policy, which opens no data; a licence is another contract.",
    )
    rule = "LT-CON-43"


class OfferExceeded(Unprocessable):
    """What is asked for is more than was offered."""

    title = Text("所授权利超出许可范围", "The grant exceeds the offer")
    detail = Text(
        "用途“{purpose}”不在提供方许可的范围之内；可选用途：{offered}。",
        "The purpose {purpose} is not offered by the provider; offered purposes: {offered}.",
    )
    rule = "LT-CON-02"
