"""Amounts in Chinese capitals (人民币大写), as annex 1 of 支付结算办法 has them written; pure."""

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("仟", "佰", "拾", "")
_GROUPS: Final = ((10**8, "亿"), (10**4, "万"))


def capitals(fen: int) -> str:
    """An amount of yuan, given in fen, in capitals: 1409.50 is 壹仟肆佰零玖圆伍角整.

    `整` ends what has no fen. A zero stands where places between are empty, once however many; a negative amount, as
    red invoices have, is marked （负数）.
    """
    if fen < 0:
        return f"（负数）{capitals(-fen)}"
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    if not fen:
        return "零圆整"
    words = f"{_whole(yuan)}圆" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif last and yuan:
        words += "零"
    return words + (f"{_DIGITS[last]}分" if last else "整")


def _whole(number: int) -> str:
    """A positive whole number; above a hundred million groups nest: 1,000,000,000,000 is 壹万亿."""
    for size, name in _GROUPS:
        if number >= size:
            upper, lower = divmod(number, size)
            gap = "零" if 0 < lower < size // 10 else ""
            return f"{_whole(upper)}{name}{gap}{_whole(lower) if lower else ''}"
    return _below_ten_thousand(number)


def _below_ten_thousand(number: int) -> str:
    words, empty = "", False
    for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
        if digit == "0":
            empty = bool(words)
            continue
        words += ("零" if empty else "") + _DIGITS[int(digit)] + place
        empty = False
    return words
