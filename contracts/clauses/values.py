"""The values of parameters: what is wrong with one, and how it is read in a text; pure."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from contracts.clauses.types import Clause, Kind, ModelContract, Param, Side, text
from contracts.clauses.use import ClauseUse, Value
from kernel.errors import InvalidInput
from kernel.money import Money, MoneyView
from kernel.text import Text

NOT_APPLICABLE: Final = "not-applicable"
BLANK: Final = Text("【待填写】", "[to be filled in]")
TEXT_MAX: Final = 2_000
PARTIES: Final = (Side.PROVIDER, Side.CONSUMER, Side.CENTRE)

_PERCENT: Final = re.compile(r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+@#-]{0,99}")
_MONEY: Final = re.compile(r"([0-9.]{1,20}) ([A-Z]{3})")
_UNPRINTABLE: Final = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff\\ufffe\\uffff]|\\r(?!\\n)"
)
_NUMBER: Final = Text("应为整数", "Give a whole number")


def unprintable(value: str) -> bool:
    """Whether a text holds characters that no page shows: controls, and marks that turn its direction."""
    return _UNPRINTABLE.search(value) is not None


def fault_of(param: Param, value: Value) -> Text | None:
    """What is wrong with a value, and what is admitted instead; nothing where it is right."""
    if value == NOT_APPLICABLE and param.may_not_apply:
        return None
    if param.kind in (Kind.DAYS, Kind.WORKDAYS, Kind.NUMBER):
        return _bounded(param, Decimal(value)) if isinstance(value, int) else _NUMBER
    if param.kind is Kind.PERCENT:
        plain = str(value)
        if not _PERCENT.fullmatch(plain):
            return Text("应为百分数，如 20 或 2.5", "Give a percentage such as 20 or 2.5")
        return _bounded(param, Decimal(plain))
    if not isinstance(value, str):
        return Text("应为文字", "Give a text")
    return _WORDS[param.kind](param, value)


def _bounded(param: Param, value: Decimal) -> Text | None:
    if (param.min is not None and value < param.min) or (param.max is not None and value > param.max):
        return Text(f"应在 {_range(param)} 之间", f"Give a number within {_range(param)}")
    return None


def _range(param: Param) -> str:
    return f"{'' if param.min is None else param.min}…{'' if param.max is None else param.max}"


def _money(param: Param, value: str) -> Text | None:
    found = _MONEY.fullmatch(value)
    if found is None:
        return Text("应为金额和币种，如 1250.00 CNY", "Give an amount and a currency such as 1250.00 CNY")
    try:
        amount = Money.of(MoneyView(found[1], found[2]))
    except InvalidInput as refused:
        return refused.errors[0].detail
    return _bounded(param, amount.decimal)


def _date(_: Param, value: str) -> Text | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return None
    return Text("应为日期，如 2026-12-31", "Give a date such as 2026-12-31")


def _choice(param: Param, value: str) -> Text | None:
    codes = ", ".join(choice.code for choice in param.choices)
    known = any(choice.code == value for choice in param.choices)
    return None if known else Text(f"应为以下之一：{codes}", f"Give one of {codes}")


def _party(_: Param, value: str) -> Text | None:
    codes = ", ".join(PARTIES)
    return None if value in PARTIES else Text(f"应为以下之一：{codes}", f"Give one of {codes}")


def _text(param: Param, value: str) -> Text | None:
    most = param.max or TEXT_MAX
    if not value.strip():
        return Text("不得为空", "It must not be blank")
    if len(value) > most:
        return Text(f"最多 {most} 个字符，现为 {len(value)} 个", f"At most {most} characters; there are {len(value)}")
    if unprintable(value):
        return Text("含有不能打印的控制字符", "It holds control characters, which no page shows")
    return None


def _code(_: Param, value: str) -> Text | None:
    shape = "A-Z a-z 0-9 . _ : / + @ # -"
    return None if _CODE.fullmatch(value) else Text(f"只能由 {shape} 组成", f"Use only {shape}")


_WORDS: Final = {
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.PARTY: _party,
    Kind.TEXT: _text,
    Kind.CODE: _code,
}


def shown(param: Param, value: Value, model: ModelContract) -> Text:
    """A value as it stands in a text; one that is wrong stands as it was given, for whoever is still drafting."""
    if value == NOT_APPLICABLE and param.may_not_apply:
        return Text("不适用", "not applicable")
    plain = str(value).replace("\r\n", "\n")
    if fault_of(param, value) is not None:
        return Text(plain, plain)
    if param.kind is Kind.PERCENT:
        return Text(f"{plain}%", f"{plain}%")
    if param.kind is Kind.CHOICE:
        return text(next(choice.name for choice in param.choices if choice.code == value))
    if param.kind is Kind.PARTY:
        return model.role(Side(plain))
    if param.kind is Kind.MONEY:
        amount, _, currency = plain.partition(" ")
        return Text(f"{Decimal(amount):,f} {currency}", f"{Decimal(amount):,f} {currency}")
    if param.kind is Kind.DATE:
        year, month, day = plain.split("-")
        return Text(f"{int(year)}年{int(month)}月{int(day)}日", plain)
    return Text(plain, plain)


def words_of(clause: Clause, use: ClauseUse, model: ModelContract) -> Text:
    """The text of a clause with its values; what is not said yet stands as a blank."""
    facts = {"provider": model.role(Side.PROVIDER), "consumer": model.role(Side.CONSUMER)} | {
        param.name: shown(param, use.values[param.name], model) if param.name in use.values else BLANK
        for param in clause.params
    }
    return Text(clause.zh.strip(), clause.en.strip()).filled(**facts)
