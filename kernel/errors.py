"""What can go wrong, said once and in both languages; kernel/http/problems.py gives each its HTTP face."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from kernel.text import Text, noun


@dataclass(frozen=True, slots=True)
class FieldError:
    """One faulty field: where it is (JSON Pointer), what is wrong and how to mend it as a sentence, and the rule."""

    pointer: str
    detail: Text
    rule: str | None = None


class DomainError(Exception):
    """The base of every refusal; subclasses say what is wrong, as a template of facts, and cite the rule."""

    status: ClassVar[int] = 500
    title: ClassVar[Text] = Text("请求无法完成", "The request could not be completed")
    detail: ClassVar[Text] = Text("请求无法完成。", "The request could not be completed.")
    rule: ClassVar[str | None] = None

    def __init__(self, *, errors: Sequence[FieldError] = (), **facts: Any) -> None:
        super().__init__()
        self.errors = tuple(errors)
        self.facts = facts

    @property
    def sentence(self) -> Text:
        """What is wrong in this case: the template with the facts, kinds of things called as people call them."""
        called = {name: noun(str(self.facts[name])) for name in ("kind", "machine") if name in self.facts}
        return self.detail.filled(**(self.facts | called))

    def __str__(self) -> str:
        return self.sentence.en

    @classmethod
    def code(cls) -> str:
        """The stable name of the problem on the wire: the class name in kebab-case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()


class InvalidInput(DomainError):
    """The request is malformed: a field is missing, unknown, of the wrong type or outside its bounds."""

    status = 400
    title = Text("输入有误", "The input is not valid")
    detail = Text("请更正所列字段后重试。", "Correct the listed fields and send the request again.")


class Unauthenticated(DomainError):
    """No API key was sent, or the key is unknown, expired or revoked."""

    status = 401
    title = Text("未通过身份验证", "Authentication is required")
    detail = Text(
        "请在 Authorization 头中以 Bearer 方式提供有效的接口密钥。",
        "Send a valid API key as a Bearer token in the Authorization header.",
    )


class Forbidden(DomainError):
    """The caller is known but may not do this."""

    status = 403
    title = Text("没有权限", "Not allowed")
    detail = Text("当前身份没有执行此操作的权限：{permission}。", "This key lacks the permission {permission}.")


class NotFound(DomainError):
    """There is no such resource, or the caller may not know of it."""

    status = 404
    title = Text("资源不存在", "No such resource")
    detail = Text("没有编号为 {id} 的{kind}，或您无权查看。", "There is no {kind} {id}, or you may not see it.")


class Conflict(DomainError):
    """The resource is in a state that does not admit the request."""

    status = 409
    title = Text("状态冲突", "The resource is in a conflicting state")
    detail = Text("资源当前状态不允许此操作。", "The present state of the resource does not admit this.")


class Removed(DomainError):
    """The resource existed, and does no longer; it will not come back."""

    status = 410
    title = Text("资源已不存在", "The resource no longer exists")
    detail = Text("该资源已不存在，不会恢复。", "The resource no longer exists and will not return.")


class PreconditionFailed(DomainError):
    """The resource was changed since the caller read it."""

    status = 412
    title = Text("资源已被修改", "The resource was changed meanwhile")
    detail = Text("请重新读取后再修改。", "Read it again, then repeat the change.")


class TooLarge(DomainError):
    """The body or file is above the limit."""

    status = 413
    title = Text("内容过大", "The content is too large")
    detail = Text("内容超过上限 {limit_bytes} 字节。", "The content exceeds the limit of {limit_bytes} bytes.")


class UnsupportedMedia(DomainError):
    """The body is of a kind that is not read here."""

    status = 415
    title = Text("不支持的内容类型", "The kind of content is not supported")
    detail = Text("请使用 Content-Type: {wanted}。", "Send it with Content-Type: {wanted}.")


class Unprocessable(DomainError):
    """The request is well formed but breaks a rule."""

    status = 422
    title = Text("违反业务规则", "The request breaks a rule")
    detail = Text("请求违反业务规则。", "The request breaks a rule.")


class TooMany(DomainError):
    """The caller has used up its rate for now."""

    status = 429
    title = Text("请求过于频繁", "Too many requests")
    detail = Text("请在 {retry_after_seconds} 秒后重试。", "Try again in {retry_after_seconds} seconds.")


class Unavailable(DomainError):
    """Something outside the request is not available now; trying again may succeed."""

    status = 503
    title = Text("服务暂不可用", "The service is unavailable for now")
    detail = Text("请稍后重试。", "Try again shortly.")


KINDS: tuple[type[DomainError], ...] = (
    InvalidInput,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    Removed,
    PreconditionFailed,
    TooLarge,
    UnsupportedMedia,
    Unprocessable,
    TooMany,
    Unavailable,
)


def catalogue() -> dict[str, type[DomainError]]:
    """Every error class that the loaded packages define, by code; the documentation of problems is this."""
    errors: dict[str, type[DomainError]] = {}
    pending: list[type[DomainError]] = DomainError.__subclasses__()
    while pending:
        cls = pending.pop()
        errors[cls.code()] = cls
        pending.extend(cls.__subclasses__())
    return dict(sorted(errors.items()))
