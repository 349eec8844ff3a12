"""Refusals of usage policies, and of what they do not permit."""

from kernel.errors import Forbidden, Unprocessable
from kernel.text import Text


class PolicyInexpressible(Unprocessable):
    """The policy says something that the gate could not decide, so it is neither published nor signed."""

    title = Text("使用控制策略无法执行", "The usage policy cannot be decided")
    detail = Text(
        "策略中有 {count} 处不能由准入判定（词汇表 {vocabulary}），请按所列逐项更正。",
        "The gate could not decide {count} things in the policy (vocabulary {vocabulary}); correct each.",
    )
    rule = "LT-CON-09"


class AccessRefused(Forbidden):
    """The agreement's policy does not permit this use; `errors` name the rules of the policy, and how each failed."""

    title = Text("协议的策略不许可本次使用", "The agreement's policy does not permit this use")
    detail = Text(
        "协议 {agreement} 不许可本次使用：{reason}。所列为策略中的每条许可及其未满足之处。",
        "The agreement {agreement} does not permit this use: {reason}. Listed is each permission of the policy, and "
        "what is not met.",
    )
    rule = "LT-CON-10"
