"""A filter written as one line, as a condition: the part of AIP-160 that the conditions of a licence can say; pure.

`city = "上海" AND (amount >= 10.50 OR amount:*)`. A name with other signs stands between backquotes. Whole numbers,
`true`, `false` and other words may stand bare, texts between quotes; which type a constant has, its column says. There
AND and OR bind the other way round than in SQL, so whoever mixes them writes parentheses (decision 0276).
"""

import re
from typing import Final, NoReturn

from contracts.usage.scope.tree import DEPTH_MAX, LEAVES_MAX, TEXT_CHARS_MAX, Comparator, Condition
from kernel.errors import FieldError, InvalidInput
from kernel.text import Text

CHARS_MAX: Final = 8_000
RULE: Final = "LT-QRY-01"

_SPACE: Final = re.compile(r"\s*")
_NAME: Final = re.compile(r"`([^`]{1,255})`|([^\s()<>=!:\"'`,]{1,255})")
_SIGN: Final = re.compile(r"<=|>=|!=|=|<|>|:")
_QUOTED: Final = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""", re.DOTALL)
_BARE: Final = re.compile(r"[\w.:+-]+")
_WORD: Final = re.compile(r"(AND|OR|NOT)(?![^\s()])")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_COMPARATORS: Final = {
    "=": Comparator.EQ,
    "!=": Comparator.NE,
    "<": Comparator.LT,
    "<=": Comparator.LE,
    ">": Comparator.GT,
    ">=": Comparator.GE,
}
_MIXED: Final = Text("AND 与 OR 混用须加括号", "AND and OR are mixed: put parentheses around what belongs together")
_NOT: Final = Text(
    "NOT 只用于“列:*”；请用相反的比较", "NOT stands before “column:*” only: write the opposite comparison instead"
)


def read(text: str) -> Condition:
    """The condition that a line says; raises InvalidInput, which names the place at which it is none."""
    if len(text) > CHARS_MAX:
        told = Text(f"过滤条件至多 {CHARS_MAX} 个字符", f"A filter has at most {CHARS_MAX} characters")
        raise InvalidInput(errors=[FieldError("/query/filter", told, RULE)])
    return _Reading(text).whole()


class _Reading:
    """A line and how far it was read."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._leaves = text, 0, 0

    def whole(self) -> Condition:
        condition = self._joined(1)
        if self._at < len(self._text):
            self._refuse(Text("此处须为 AND、OR 或结尾", "here AND, OR or the end is expected"))
        return condition

    def _joined(self, depth: int) -> Condition:
        """Terms with one word between them all."""
        if depth > DEPTH_MAX:
            self._refuse(Text(f"括号至多 {DEPTH_MAX} 层", f"parentheses are at most {DEPTH_MAX} deep"))
        terms, word = [self._term(depth)], ""
        while (joint := self._take(_WORD)) is not None and joint[1] != "NOT":
            if word and joint[1] != word:
                self._refuse(_MIXED, at=joint.start())
            word = joint[1]
            terms.append(self._term(depth))
        if joint is not None:
            self._refuse(_NOT, at=joint.start())
        if len(terms) == 1:
            return terms[0]
        return Condition(every=tuple(terms)) if word == "AND" else Condition(some=tuple(terms))

    def _term(self, depth: int) -> Condition:
        if self._sign("("):
            inner = self._joined(depth + 1)
            if not self._sign(")"):
                self._refuse(Text("缺少右括号", "a closing parenthesis is missing"))
            return inner
        word = self._take(_WORD)
        if word is not None and word[1] != "NOT":
            self._refuse(Text("此处须为比较", "a comparison is expected"), at=word.start())
        return self._comparison(absent=word is not None)

    def _comparison(self, *, absent: bool) -> Condition:
        self._leaves += 1
        if self._leaves > LEAVES_MAX:
            self._refuse(Text(f"比较至多 {LEAVES_MAX} 项", f"it compares at most {LEAVES_MAX} times"))
        name = self._take(_NAME) or self._refuse(Text("此处须为列名", "a column is expected"))
        sign = self._take(_SIGN) or self._refuse(
            Text("此处须为 =、!=、<、<=、>、>= 或 :*", "one of =, !=, <, <=, >, >= or :* is expected")
        )
        column = name[1] or name[2]
        if sign[0] == ":":
            if not self._sign("*"):
                self._refuse(
                    Text("“:”后只能为 *（有值）", "“:” is followed by * only, which says that there is a value")
                )
            return Condition(col=column, op=Comparator.IS_NULL, value=absent)
        if absent:
            self._refuse(_NOT, at=sign.start())
        return Condition(col=column, op=_COMPARATORS[sign[0]], value=self._constant())

    def _constant(self) -> str | int | bool:
        if (quoted := self._take(_QUOTED)) is not None:
            return self._text_of(re.sub(r"\\(.)", r"\1", quoted[2], flags=re.DOTALL))
        word = (self._take(_BARE) or self._refuse(Text("此处须为常量", "a constant is expected")))[0]
        if word in ("true", "false"):
            return word == "true"
        if word == "null":
            self._refuse(Text("空值写作“NOT 列:*”", "no value is written “NOT column:*”"))
        return int(word) if _WHOLE.fullmatch(word) else self._text_of(word)

    def _text_of(self, constant: str) -> str:
        if len(constant) > TEXT_CHARS_MAX:
            most = TEXT_CHARS_MAX
            self._refuse(Text(f"常量至多 {most} 个字符", f"a constant has at most {most} characters"))
        return constant

    def _sign(self, sign: str) -> bool:
        """Whether a sign stands here; then it is read."""
        self._take(_SPACE)
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        self._take(_SPACE)
        return True

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What stands here by a pattern, if it does; then it is read, with the space around it."""
        begin = _SPACE.match(self._text, self._at)
        match = pattern.match(self._text, begin.end() if begin else self._at)
        if match is None:
            return None
        end = _SPACE.match(self._text, match.end())
        self._at = end.end() if end else match.end()
        return match

    def _refuse(self, what: Text, *, at: int | None = None) -> NoReturn:
        place = (self._at if at is None else at) + 1
        told = Text(f"过滤条件第 {place} 个字符处：{what.zh}", f"At character {place} of the filter: {what.en}")
        raise InvalidInput(errors=[FieldError("/query/filter", told, RULE)])
