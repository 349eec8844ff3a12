"""What can go wrong, as exceptions: a refusal says its code, its rule and every faulty field."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec

DETAIL_LENGTH_MAX: Final = 500


class LiutongError(Exception):
    """Everything that this library raises by itself."""


class NotReached(LiutongError):
    """The centre could not be reached, or its answer did not come; the cause is the exception's cause."""


class AnswerUnreadable(LiutongError):
    """The answer is not what the API description says."""


class WaitedTooLong(LiutongError):
    """What was waited for has not happened in the time allowed."""


class EndedOtherwise(LiutongError):
    """What was waited for cannot happen any more: it ended in another state."""

    def __init__(self, what: str, status: str, last: Any) -> None:
        super().__init__(f"{what}: 已终止于 · ended as {status}")
        self.status = status
        self.last = last


class NotAgreed(LiutongError):
    """The order has no agreement in force to be verified."""


class DigestMismatch(LiutongError):
    """What arrived, or was to be sent, does not have the digest that it must have; nothing of it was kept."""

    def __init__(self, name: str, expected: str, actual: str) -> None:
        super().__init__(f"{name}: sha256 {actual}, 应为 · expected {expected}")
        self.expected = expected
        self.actual = actual


class FileInTheWay(LiutongError):
    """Another file stands under the name of one that was to be fetched; it was left as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: 已有另一文件，未被替换；请移走，或以 overwrite（命令行 --force）替换"
            " · another file stands here and was left as it is: move it away, or replace it with overwrite (--force)"
        )
        self.path = path


class Rule(msgspec.Struct, frozen=True):
    """The rule that refused, with its text and what it is based on."""

    id: str
    text: str = ""
    basis: str = ""


class FieldError(msgspec.Struct, frozen=True):
    """One faulty field: a JSON Pointer to it, what is wrong, and by which rule."""

    pointer: str
    detail: str = ""
    rule: str | None = None


class _Document(msgspec.Struct, frozen=True):
    code: str = ""
    title: str = ""
    detail: str = ""
    instance: str = ""
    rule: Rule | None = None
    errors: list[FieldError] = []


@dataclass(eq=False)
class Problem(LiutongError):
    """The centre refused: an RFC 9457 problem document. Its subclasses say which kind of refusal it is."""

    method: str
    path: str
    status: int
    code: str
    title: str
    detail: str
    rule: Rule | None
    errors: tuple[FieldError, ...]
    request_id: str
    retry_after_seconds: float | None
    facts: Mapping[str, Any]

    KINDS: ClassVar[dict[int, type["Problem"]]] = {}

    def __init_subclass__(cls, *, status: int) -> None:
        Problem.KINDS[status] = cls

    def __str__(self) -> str:
        rule = f" [{self.rule.id}]" if self.rule else ""
        faults = "".join(f"\n  {each.pointer or '/'}: {each.detail}" for each in self.errors)
        return f"{self.method} {self.path}: {self.status} {self.code}{rule} {self.detail or self.title}{faults}"

    @staticmethod
    def of(method: str, path: str, status: int, headers: Mapping[str, str], content: bytes) -> "Problem":
        """The exception of an answer; what is no problem document is told as it came, cut."""
        facts: dict[str, Any] = {}
        try:
            document = msgspec.json.decode(content, type=_Document)
            facts = msgspec.json.decode(content, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            document = _Document(detail=content[:DETAIL_LENGTH_MAX].decode("utf-8", "replace"))
        return Problem.KINDS.get(status, Problem)(
            method=method,
            path=path,
            status=status,
            code=document.code,
            title=document.title,
            detail=document.detail,
            rule=document.rule,
            errors=tuple(document.errors),
            request_id=headers.get("x-request-id", ""),
            retry_after_seconds=retry_after(headers.get("retry-after"), dt.datetime.now(dt.UTC)),
            facts={name: value for name, value in facts.items() if name not in _Document.__struct_fields__},
        )


class Malformed(Problem, status=400):
    """The request is not what the description asks for."""


class NotSignedIn(Problem, status=401):
    """There is no key, or it is over."""


class NotAllowed(Problem, status=403):
    """The key may not do that."""


class NotThere(Problem, status=404):
    """It does not exist, or is not for the caller to see."""


class WrongState(Problem, status=409):
    """It stands where that cannot be done."""


class TooLarge(Problem, status=413):
    """The body is larger than the limit."""


class Refused(Problem, status=422):
    """A rule of the business refused; `rule` names it."""


class TooFast(Problem, status=429):
    """The rate is used up for now."""


class Unavailable(Problem, status=503):
    """The centre cannot answer for now."""


def retry_after(text: str | None, now: dt.datetime) -> float | None:
    """The seconds of a Retry-After header, which holds seconds or a date (RFC 9110 10.2.3), or None."""
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (then.astimezone(dt.UTC) - now).total_seconds())
