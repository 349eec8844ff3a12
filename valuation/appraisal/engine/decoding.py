"""Why a stated document cannot be read, in words of its writer and by the place in it."""

import re
from typing import Final

from kernel.errors import FieldError
from kernel.text import Text

_PLACE: Final = re.compile(r" - at `([^`]*)`$")
_KEY: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_KNOWN: Final = (
    (
        re.compile(r"Expected `str` matching regex '\^\(0\|\[1-9\]"),
        Text(
            '须为十进制数的文本，如 "125000.00"：整数至多 18 位、小数至多 12 位，无正负号与指数。',
            'Write a decimal number as a text, such as "125000.00": at most 18 digits before the point and 12 '
            "after it, no sign, no exponent.",
        ),
    ),
    (
        re.compile(r"Expected `str`, got `(?:int|float)`"),
        Text('数字须写成带引号的文本，如 "0.05"。', 'Put the number in quotes, such as "0.05".'),
    ),
    (re.compile(r"Object contains unknown field `(.*)`"), Text("未知字段 {0}。", "There is no field {0}.")),
    (re.compile(r"Object missing required field `(.*)`"), Text("缺少字段 {0}。", "The field {0} is missing.")),
    (re.compile(r"Expected `(.*)`, got `(.*)`"), Text("应为 {0}，而不是 {1}。", "It is {1}, where {0} belongs.")),
    (
        re.compile(r"Invalid RFC3339 encoded date"),
        Text("不是日期，如 2026-11-23。", "It is no date, such as 2026-11-23."),
    ),
    (re.compile(r"Invalid enum value '(.*)'"), Text("不允许的取值 {0}。", "{0} is none of the admitted values.")),
)


def fault(problem: Exception, root: str = "", rule: str | None = None) -> FieldError:
    """A reader's complaint as a fault; what is not known is given as the reader said it."""
    message = str(problem)
    place_match = _PLACE.search(message)
    place = "".join(f"/{name or number}" for name, number in _KEY.findall(place_match[1])) if place_match else ""
    plain = message[: place_match.start()] if place_match else message
    for pattern, text in _KNOWN:
        if match := pattern.search(plain):
            words = [each.replace("{", "(").replace("}", ")")[:100] for each in match.groups()]
            return FieldError(root + place, Text(text.zh.format(*words), text.en.format(*words)), rule)
    return FieldError(root + place, Text(f"无法读取：{plain}。", f"It cannot be read: {plain}."), rule)
