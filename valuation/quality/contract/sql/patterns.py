"""The regular expressions that mean the same on every engine: the RE2 subset with ASCII classes.

Engines disagree on `\\d` with full-width digits, on `\\w` with Han characters, on `\\Z` and on look-around;
a rule whose count depends on the engine is no rule, so such patterns are rewritten or refused.
"""

import polars as pl

from valuation.quality.contract.sql.weight import weight

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": " \\t\\n\\r\\f\\v"}
_CONTROLS = frozenset("tnrfv")
_LENGTH_MAX = 1000
WEIGHT_MAX = 1000
"""Of single characters with their repetitions written out; up to here a row of 500 characters takes under a
millisecond, and ten times as many take twenty."""


class UnportablePatternError(ValueError):
    """The pattern is outside the portable subset; the message names the part that is not portable."""


def portable(pattern: str) -> str:
    """Rewrite a pattern so that every engine gives the same answer, or refuse it."""
    if len(pattern) > _LENGTH_MAX:
        raise UnportablePatternError(f"longer than {_LENGTH_MAX} characters")
    rewritten, inside, index = [], False, 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            rewritten.append(_escape(pattern[index + 1 : index + 2], inside=inside))
            index += 2
            continue
        if not inside and pattern.startswith("(?", index) and not pattern.startswith("(?:", index):
            raise UnportablePatternError(pattern[index : index + 4])
        if char == "[" and inside:
            raise UnportablePatternError("[ inside [ ]")
        if (inside and pattern[index : index + 2] in ("&&", "--", "~~")) or char == "\x00":
            raise UnportablePatternError(repr(pattern[index : index + 2]))
        inside = char == "[" or (inside and char != "]")
        rewritten.append(char)
        index += 1
    return _compiled("".join(rewritten))


def for_java(pattern: str) -> str:
    """The same portable pattern for Java, whose `$` also matches before a line end that closes the text."""
    rewritten, inside, index = [], False, 0
    while index < len(pattern):
        char = pattern[index]
        step = 2 if char == "\\" else 1
        inside = char == "[" or (inside and char != "]")
        rewritten.append("\\z" if char == "$" and not inside else pattern[index : index + step])
        index += step
    return "".join(rewritten)


def _escape(char: str, *, inside: bool) -> str:
    if char in _CLASSES:
        return _CLASSES[char] if inside else f"[{_CLASSES[char]}]"
    if char.lower() in _CLASSES and not inside:
        return f"[^{_CLASSES[char.lower()]}]"
    if char in _CONTROLS or (char and char.isascii() and not char.isalnum()):
        return "\\" + char
    raise UnportablePatternError("\\" + char)


def _compiled(pattern: str) -> str:
    if (found := weight(pattern)) > WEIGHT_MAX:
        raise UnportablePatternError(f"{found} characters when its repetitions are written out; at most {WEIGHT_MAX}")
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.PolarsError as error:
        raise UnportablePatternError(str(error).splitlines()[0][:200]) from error
    return pattern
