"""What a template speaks with: one language, and how numbers, money, days and sizes are written in it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from centre.pages.shell.languages import TAGS
from kernel.money import MoneyView
from kernel.text import Lang, Text
from kernel.time.clock import SHANGHAI, day_in_china

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUS: Final = "\N{MINUS SIGN}"
_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB")
RELATIVE_DAYS_MAX: Final = 45
"""Beyond so many days a date says more than a number of days."""


class Pair(Protocol):
    """Whatever holds a sentence in both languages."""

    @property
    def zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def en(self) -> str:
        """In English."""
        ...


class Words:
    """One language and one moment; a text is always given as its pair, so that none can be missing."""

    def __init__(self, lang: Lang, now: datetime) -> None:
        self.lang, self.now = lang, now
        self.tag = TAGS[lang]

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def of(self, pair: Pair | Text) -> str:
        """A sentence that has both languages already."""
        return pair.zh if self.lang == "zh" else pair.en

    def both(self, row: Any, name: str) -> str:
        """A field that an object has once for each language: `title_zh` or `title_en`."""
        field = f"{name}_{self.lang}"
        return str(row[field] if isinstance(row, Mapping) else getattr(row, field))

    def number(self, value: int | str | Decimal) -> str:
        """A number with its thousands parted, the same in both languages."""
        return f"{Decimal(value):,f}".replace("-", _MINUS)

    def count(self, number: int, zh: str, one: str, many: str) -> str:
        """A number of things: `362,891 条` or `362,891 rows`, `1 条` or `1 row`."""
        return self(f"{number:,} {zh}", f"{number:,} {one if number == 1 else many}")

    def compact(self, number: int) -> str:
        """A large number in short: 36.3 万, 1.2 亿 or 363K, 120M, since Chinese counts by ten thousands."""
        steps = ((10**8, " 亿"), (10**4, " 万")) if self.lang == "zh" else ((10**9, "B"), (10**6, "M"), (10**3, "K"))
        for limit, unit in steps:
            if number >= limit:
                return f"{Decimal(number) / limit:.1f}".removesuffix(".0") + unit
        return f"{number:,}"

    def percent(self, share: str | Decimal) -> str:
        """A share of one as hundredths."""
        return f"{(Decimal(share) * 100).normalize():f}%"

    def money(self, amount: MoneyView | Mapping[str, str]) -> str:
        """An amount with thousands parted and all its minor units: ¥18,800.00 in Chinese, CNY 18,800.00 in English."""
        if isinstance(amount, Mapping):
            amount = MoneyView(amount["amount"], amount["currency"])
        value = Decimal(amount.amount)
        places = len(amount.amount.partition(".")[2])
        sign, written = (_MINUS if value < 0 else ""), f"{abs(value):,.{places}f}"
        return (
            f"{sign}¥{written}"
            if (self.lang, amount.currency) == ("zh", "CNY")
            else f"{amount.currency} {sign}{written}"
        )

    def day(self, at: datetime | date | str) -> str:
        """A day, in Beijing time where it is given as a moment: 2026年12月7日 or 7 Dec 2026."""
        day = _day(at)
        return self(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")

    def moment(self, at: datetime | str) -> str:
        """A day and a time of 24 hours, in Beijing time."""
        return f"{self.day(at)} {_moment(at).astimezone(SHANGHAI):%H:%M}"

    def machine(self, at: datetime | date | str) -> str:
        """The same for `<time datetime>`: a date, or a moment in UTC."""
        if isinstance(at, date) and not isinstance(at, datetime):
            return at.isoformat()
        return f"{_moment(at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    def ago(self, at: datetime | str) -> str:
        """How many days ago, as far as that says more than the date."""
        days = (day_in_china(self.now) - _day(at)).days
        if not 0 <= days <= RELATIVE_DAYS_MAX:
            return self.day(at)
        if days == 0:
            return self("今天", "today")
        return self(f"{days} 天前", "yesterday" if days == 1 else f"{days} days ago")

    def size(self, size_bytes: int) -> str:
        """A size in SI units: 5.4 MB."""
        value, unit = Decimal(size_bytes), 0
        while value >= 1000 and unit < len(_UNITS) - 1:
            value, unit = value / 1000, unit + 1
        return f"{value:.1f} {_UNITS[unit]}" if unit > 1 else f"{value:.0f} {_UNITS[unit]}"


def _moment(at: datetime | date | str) -> datetime:
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    assert isinstance(at, datetime)
    return at


def _day(at: datetime | date | str) -> date:
    if isinstance(at, str):
        at = datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at)
    return day_in_china(at) if isinstance(at, datetime) else at
