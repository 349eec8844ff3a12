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


class PurposeNotOffered(Unprocessable):
    """The declared purpose is none of those that the offer permits."""

    title = Text("用途不在要约之内", "The purpose is not offered")
    detail = Text("要约未许可用途“{purpose}”；可用：{offered}。", "The offer has no purpose {purpose}; use {offered}.")
    rule = "LT-CON-21"
