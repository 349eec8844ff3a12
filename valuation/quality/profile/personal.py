"""Personal data that nobody declared: found by the look of values, their check digits and the names of columns."""

import re
from collections.abc import Callable, Iterable
from datetime import date

import polars as pl
from msgspec import Struct

from kernel.identity import uscc
from valuation.quality.profile import names, readable
from valuation.quality.profile.masking import plain
from valuation.quality.reading.opening import Table

VALUES_READ = 2000
"""Different values of a column that are looked at; a share over so many is within a few percent of the whole."""


class Finding(Struct, frozen=True):
    """A column that seems to hold personal data; `share` is that of its looked-at values, `confidence` how sure."""

    column: str
    category: str
    basis: str
    share: str
    confidence: str
    declared: bool


_LIKELY, _SOME = 0.5, 0.02
_NAMES = 0.3
"""Two words in a hundred begin like a name and are in no dictionary; a column of names is told by far more."""


class _Category(Struct, frozen=True):
    """What is looked for; a `conclusive` look at the values refutes what the name of their column says.

    No value with fewer than `shortest` signs holds one, nor, where one is `han`, any that is ASCII.
    """

    name: str
    column: re.Pattern[str]
    value: re.Pattern[str] | None = None
    sound: Callable[[str], bool] | None = None
    least: float = _SOME
    conclusive: bool = True
    shortest: int = 1
    han: bool = False


def id_card(text: str) -> bool:
    """GB 11643-1999: 17 digits with a birthday in them and a check character by ISO 7064 MOD 11-2."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], weights, strict=True))
    return born.year >= 1880 and "10X98765432"[total % 11] == text[17].upper()


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1 check digit."""
    digits = [int(digit) for digit in reversed(text)]
    return sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)) % 10 == 0


_CATEGORIES = (
    _Category(
        "id_card",
        re.compile(r"身份证|证件号|id_?card|identity_?(no|number)|ssn", re.I),
        re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])"),
        id_card,
        shortest=18,
    ),
    _Category(
        "mobile_number",
        re.compile(r"手机|电话|mobile|phone|(^|_)tel($|_)", re.I),
        re.compile(r"(?<![0-9A-Za-z])(?:(?:\+|00)?86)?1[3-9][0-9]{9}(?![0-9A-Za-z])"),
        shortest=11,
    ),
    _Category(
        "bank_card",
        re.compile(r"银行卡|卡号|bank_?card|card_?(no|number)", re.I),
        re.compile(r"(?<![0-9A-Za-z])[3-6][0-9]{14,18}(?![0-9A-Za-z])"),
        luhn,
        shortest=15,
    ),
    _Category(
        "credit_code",
        re.compile(r"统一社会信用代码|uscc|credit_?code", re.I),
        re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])"),
        uscc.is_valid,
        shortest=18,
    ),
    _Category(
        "email",
        re.compile(r"邮箱|e-?mail", re.I),
        re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}"),
        shortest=6,
    ),
    _Category(
        "person_name",
        re.compile(r"姓名|(full|first|last|family|given|customer|patient)_?name", re.I),
        re.compile(r"^\s*[㐀-鿿·•‧・]{2,40}\s*$"),
        names.person_name,
        _NAMES,
        conclusive=False,
        han=True,
    ),
    _Category(
        "address",
        re.compile(r"住址|地址|address|(^|_)addr($|_)", re.I),
        names.DOOR,
        names.address,
        conclusive=False,
        han=True,
    ),
    _Category("birthday", re.compile(r"出生|生日|birth", re.I)),
)


def findings(table: Table, sample: pl.DataFrame) -> tuple[Finding, ...]:
    """Look at a sample of every column; what the contract already declares is marked so."""
    found: list[Finding] = []
    for name in table.dtypes:
        declaration = table.object.property(name)
        declared = declaration is not None and bool(declaration.privacy)
        found += [
            Finding(plain(name), category, basis, f"{share:.4f}", confidence, declared)
            for category, basis, share, confidence in _of_column(name, readable.texts(sample[name], VALUES_READ))
        ]
    return tuple(found)


def _of_column(name: str, texts: list[str]) -> Iterable[tuple[str, str, float, str]]:
    longest, ascii_only = max(map(len, texts), default=0), all(map(str.isascii, texts))
    for category in _CATEGORIES:
        named = category.column.search(name) is not None
        possible = longest >= category.shortest and not (category.han and ascii_only)
        share = _share(texts, category) if possible else 0.0
        if share >= category.least:
            sure = share >= _LIKELY and (category.sound is not None or named)
            basis = "values and name" if named else "values"
            yield category.name, basis, share, "high" if sure else "medium"
        elif named:
            refuted = category.value is not None and category.conclusive
            yield category.name, "name", share, "low" if refuted else "medium"


def _share(texts: list[str], category: _Category) -> float:
    """Values that hold one; where a check digit decides, chance hits (1 in 10 or 11) do not count."""
    if category.value is None:
        return 0.0
    looks = [look for text in texts if (look := _look(text, category)) is not None]
    if category.sound is None:
        return len(looks) / len(texts)
    sound = sum(looks)
    return sound / len(texts) if sound > 0.3 * len(looks) else 0.0


def _look(text: str, category: _Category) -> bool | None:
    """Whether what looks like one in a value, in either spelling, is sound; None where nothing looks like one."""
    assert category.value is not None
    hits = [hit.group().strip() for each in readable.spellings(text) if (hit := category.value.search(each))]
    return None if not hits else category.sound is None or any(map(category.sound, hits))
