"""What msgspec says of a value, as a sentence in both languages that names what would be right."""

import enum
import re
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from kernel.text import Text

_CHOICE: Final = re.compile(r"\^\(([\w.-]+(?:\|[\w.-]+)+)\)\$(?:\(\?!\\n\))?")

A_TIME: Final = Text("请填写时间，如 2026-11-23T02:00:00Z", "Write a time such as 2026-11-23T02:00:00Z")
REQUIRED: Final = Text("缺少必填字段", "This field is required")

_KINDS: Final = {
    "str": Text("文本", "a text"),
    "int": Text("整数", "a whole number"),
    "float": Text("数", "a number"),
    "decimal": Text("十进制数", "a decimal number"),
    "bool": Text("true 或 false", "true or false"),
    "array": Text("列表", "a list"),
    "object": Text("对象", "an object"),
    "null": Text("空值", "null"),
    "datetime": Text("时间", "a time"),
    "date": Text("日期", "a date"),
}
_FORMS: Final = {
    r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,3})?$(?!\n)": Text(
        "请填写金额，如 1250.00，至多三位小数", "Write an amount such as 1250.00, with three decimals at most"
    ),
    r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$(?!\n)": Text(
        "请填写十进制数，如 0.125，至多十二位小数", "Write a decimal number such as 0.125, with twelve decimals at most"
    ),
    r"^(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)$(?!\n)": Text(
        "请填写 0 至 100 之间、至多两位小数的数", "Write a number from 0 to 100 with two decimals at most"
    ),
    r"^[A-Z]{3}$(?!\n)": Text("请填写三位货币代码，如 CNY", "Write a currency of three letters, such as CNY"),
    r"^[A-T]([0-9]{2})?$(?!\n)": Text("请填写国民经济行业代码，如 C26", "Write an industry code, such as C26"),
    r"^[0-9a-f]{64}$(?!\n)": Text("请填写 64 位小写十六进制摘要", "Write a digest of 64 hexadecimal digits"),
    r"^https?://": Text("请填写以 https:// 开头的地址", "Write an address that begins with https://"),
    r"^LT-[A-Z]{3}-\d{2}$(?!\n)": Text("请填写规则编号，如 LT-GEN-01", "Write a rule's number, such as LT-GEN-01"),
    r"^[0-9A-Za-z._/-]+$(?!\n)": Text(
        "只可使用字母、数字、点、横线、下划线与斜线", "Use letters, digits, dots, hyphens, underscores and slashes"
    ),
    r"^[0-9A-Za-z-]{6,30}$(?!\n)": Text("请用 6–30 个字母、数字或横线", "Use 6 to 30 letters, digits or hyphens"),
    r"^[^\x00-\x1f]*$(?!\n)": Text("不得含有控制字符", "Use no control characters"),
}
_ID: Final = re.compile(r"\^([a-z]{3}_)")
_OTHER_FORM: Final = Text("写法不符合要求，请参照接口文档的示例", "Write it as the example in the API documentation")


def choices(pattern: str) -> list[str] | None:
    """The values of a pattern that is nothing but a closed list; None where it is more."""
    found = _CHOICE.fullmatch(pattern)
    return found[1].split("|") if found else None


def unknown_field(names: Sequence[str]) -> Text:
    """That a member is unknown, with the names that there are."""
    shown = ", ".join(names)
    return Text(f"没有此字段；可用：{shown}", f"There is no such field; known are {shown}")


def use_one_of(values: Sequence[Any]) -> Text:
    """That only these values are allowed."""
    shown = ", ".join(str(value) for value in values)
    return Text(f"请使用以下之一：{shown}", f"Use one of {shown}")


def sentence(message: str, kind: Any = None) -> Text:
    """What msgspec's message means; `kind` is the type that was wanted, for the values that it allows."""
    message = message.split(" - at ", maxsplit=1)[0]
    for pattern, made in _MEANINGS:
        if found := pattern.fullmatch(message):
            return made(found, kind)
    return Text(f"不符合要求：{message}", message)


def allowed(kind: Any) -> list[Any]:
    """The closed list that a type is, or the tags of the types that it may be; empty where it is neither."""
    while typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return list(arguments)
    if origin in (types.UnionType, typing.Union, list, tuple, set, frozenset, dict):
        return [value for each in arguments if each not in (Ellipsis, type(None)) for value in allowed(each)]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [member.value for member in kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__struct_config__.tag is not None:
        return [kind.__struct_config__.tag]
    return []


def _wrong_kind(found: re.Match[str], kind: Any) -> Text:
    if values := allowed(kind):
        return use_one_of(values)
    wanted = [_KINDS.get(each, Text(each, each)) for each in re.findall(r"\w+", found[1])]
    got = _KINDS.get(found[2], Text(found[2], found[2]))
    zh, en = "或".join(each.zh for each in wanted), " or ".join(each.en for each in wanted)
    return Text(f"应为{zh}，收到的是{got.zh}", f"Send {en}, not {got.en}")


def _not_listed(_: re.Match[str], kind: Any) -> Text:
    values = allowed(kind)
    return use_one_of(values) if values else _OTHER_FORM


def _form(found: re.Match[str], _: Any) -> Text:
    pattern = found[2].replace("\\\\", "\\")  # msgspec shows its repr
    if listed := choices(pattern):
        return use_one_of(listed)
    if prefix := _ID.match(pattern):
        return Text(f"请填写以 {prefix[1]} 开头的编号", f"Write an id that begins with {prefix[1]}")
    return _FORMS.get(pattern, _OTHER_FORM)


_BOUNDS: Final = {
    ">=": ("不小于", "at least"),
    "<=": ("不大于", "at most"),
    ">": ("大于", "more than"),
    "<": ("小于", "less than"),
    "==": ("等于", "exactly"),
}


def _bound(found: re.Match[str], _: Any) -> Text:
    zh, en = _BOUNDS[found[2]]
    return Text(f"应{zh} {found[3]}", f"Send {en} {found[3]}") if not found[1] else _length(found, zh, en)


def _length(found: re.Match[str], zh: str, en: str) -> Text:
    return Text(f"长度应{zh} {found[3]}", f"Its length may be {en} {found[3]}")


_MEANINGS: Final[Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], Any], Text]]]] = (
    (re.compile(r"Object missing required field `.*`"), lambda _, __: REQUIRED),
    (re.compile(r"Expected `([^`]*)`, got `([^`]*)`"), _wrong_kind),
    (re.compile(r"Invalid (?:enum )?value .*", re.DOTALL), _not_listed),
    (re.compile(r"Expected `str` matching regex (['\"])(.*)\1", re.DOTALL), _form),
    (re.compile(r"Expected `[^`]*`( of length)? (>=|<=|==|>|<) (\S+)"), _bound),
    (
        re.compile(r"Invalid RFC3339 encoded datetime|Expected `datetime` with a timezone component"),
        lambda _, __: A_TIME,
    ),
    (
        re.compile(r"Invalid RFC3339 encoded date"),
        lambda _, __: Text("请填写日期，如 2026-11-23", "Write a date such as 2026-11-23"),
    ),
    (
        re.compile(r"Invalid decimal string"),
        lambda _, __: Text("请填写十进制数，如 0.125", "Write a decimal number such as 0.125"),
    ),
)
