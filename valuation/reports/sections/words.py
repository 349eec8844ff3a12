"""Small words of the sections: amounts, what is missing, and the texts that ask for a section."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from kernel.text import Text
from valuation.appraisal.presentation import names
from valuation.reports.facts import AssetFacts
from valuation.reports.model import Fact, Paragraph, absent, same

GENERAL: Final = Text("资产评估执业准则——资产评估报告", "Professional standard on appraisal reports")
GUIDANCE: Final = Text(
    "数据资产评估指导意见（中评协〔2023〕17号）", "Guidance on appraising data assets (中评协〔2023〕17号)"
)
LAW: Final = Text("中华人民共和国资产评估法", "Asset Appraisal Law of the People's Republic of China")
ACCOUNTING: Final = Text(
    "财会〔2023〕11号、财会〔2025〕33号（后者据转引）", "财会〔2023〕11号, 财会〔2025〕33号 (the latter as quoted)"
)
NONE: Final = Text("未提供", "not given")
_POINTER: Final = re.compile(r"/inputs/[a-z0-9_/]+")
_DIGITS: Final = 12
_FEWEST: Final = 4


def label(pair: Mapping[str, Any]) -> Text:
    """A text as the document holds it."""
    return Text(str(pair["zh"]), str(pair["en"]))


def capital(words: Text) -> Text:
    """Words that begin a line."""
    return Text(words.zh, words.en[:1].upper() + words.en[1:])


def readable(said: Text) -> Text:
    """A note of the engine with its pointers in words."""
    zh = _POINTER.sub(lambda hit: names.place(f"#{hit[0]}").zh, said.zh)
    return Text(zh, _POINTER.sub(lambda hit: names.place(f"#{hit[0]}").en, said.en))


def amount(money: Mapping[str, Any]) -> str:
    """An amount with its thousands apart."""
    return f"{Decimal(money['amount']):,}"


def money(view: Mapping[str, Any]) -> str:
    """An amount with its currency."""
    return f"{amount(view)} {view['currency']}"


def number(digits: str) -> str:
    """A number of the trace for reading: thousands apart, about twelve digits, the rest told by an ellipsis."""
    whole, _, places = digits.partition(".")
    grouped = f"{int(whole):,}" if whole not in ("-0", "") else whole
    if not places:
        return grouped
    shown = _DIGITS if whole in ("0", "-0") else max(_DIGITS - 1 - len(whole), _FEWEST)
    return f"{grouped}.{places[:shown]}{'…' if len(places) > shown else ''}"


def optional(zh: str, en: str, value: str | None, tone: Literal["plain", "strong", "code"] = "plain") -> Fact:
    """A fact, or that it was not given."""
    name = Text(zh, en)
    return Fact(name, same(value), tone) if value else Fact(name, NONE, "absent")


def gap(zh: str, en: str) -> Paragraph:
    """Something that the standard asks for and nobody gave."""
    return absent(f"{zh}：未提供。", f"{en}: not given.")


def field_of(given: AssetFacts) -> Text:
    """The industry by its name and code, and the theme."""
    named = given.industry_name
    if named is None:
        return same(f"{given.industry} · {given.theme}")
    return Text(f"{named.zh}（{given.industry}） · {given.theme}", f"{named.en} ({given.industry}) · {given.theme}")
