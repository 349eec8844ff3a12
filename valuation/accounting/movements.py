"""The notes table of data resources: opening, additions, disposals and closing by way of acquisition; pure.

The lines are those of 财会〔2023〕11号 for intangible assets and for inventory. What is stated are the movements;
balances and totals are computed, so that nothing can fail to add up.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text

RULE: Final = "LT-ACC-02"
Way = Literal["purchased", "developed", "other"]
WAYS: Final[tuple[Way, ...]] = ("purchased", "developed", "other")
Amount = Annotated[
    str, Meta(pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,3})?$(?!\n)", max_length=20, examples=["1250.00"])
]


class Intangible(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Movements of intangible data of one way of acquisition; what is absent is nothing."""

    gross_opening: Amount = "0"
    gross_purchased: Amount = "0"
    gross_developed: Amount = "0"
    gross_other: Amount = "0"
    gross_disposed: Amount = "0"
    gross_lapsed: Amount = "0"
    gross_less_other: Amount = "0"
    amortisation_opening: Amount = "0"
    amortisation_charged: Amount = "0"
    amortisation_disposed: Amount = "0"
    amortisation_lapsed: Amount = "0"
    amortisation_less_other: Amount = "0"
    impairment_opening: Amount = "0"
    impairment_charged: Amount = "0"
    impairment_reduced: Amount = "0"


class Inventory(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Movements of data held for sale, of one way of acquisition."""

    gross_opening: Amount = "0"
    gross_purchased: Amount = "0"
    gross_processed: Amount = "0"
    gross_other: Amount = "0"
    gross_sold: Amount = "0"
    gross_lapsed: Amount = "0"
    gross_less_other: Amount = "0"
    provision_opening: Amount = "0"
    provision_charged: Amount = "0"
    provision_reversed: Amount = "0"
    provision_written_off: Amount = "0"


class Development(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Movements of development expenditure on data."""

    opening: Amount = "0"
    spent: Amount = "0"
    capitalised: Amount = "0"
    expensed: Amount = "0"


class Line(NamedTuple):
    """A line: its words, how deep it stands, what it adds and takes away; without either it is stated or a title."""

    code: str
    name: Text
    level: int
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    title: bool = False


_OPENING, _CLOSING = Text("1.期初余额", "1. Opening balance"), Text("4.期末余额", "4. Closing balance")
_ADDED, _REMOVED = Text("2.本期增加金额", "2. Additions"), Text("3.本期减少金额", "3. Reductions")
_LAPSED = Text("失效且终止确认", "lapsed and derecognised")
_GROSS_TITLE = Text("一、账面原值", "I. Gross carrying amount")
_LESS_OTHER = Text("其他减少", "other reductions")


def _gross(added: Sequence[tuple[str, Text]], removed: Sequence[tuple[str, Text]]) -> tuple[Line, ...]:
    return (
        Line("gross", _GROSS_TITLE, 0, title=True),
        Line("gross_opening", _OPENING, 1),
        Line("gross_added", _ADDED, 1, tuple(code for code, _ in added)),
        *(Line(code, name, 2) for code, name in added),
        Line("gross_removed", _REMOVED, 1, tuple(code for code, _ in removed)),
        *(Line(code, name, 2) for code, name in removed),
        Line("gross_closing", _CLOSING, 1, ("gross_opening", "gross_added"), ("gross_removed",)),
    )


INTANGIBLE: Final = (
    *_gross(
        (
            ("gross_purchased", Text("其中：购入", "of which purchased")),
            ("gross_developed", Text("内部研发", "developed in-house")),
            ("gross_other", Text("其他增加", "other additions")),
        ),
        (
            ("gross_disposed", Text("其中：处置", "of which disposed of")),
            ("gross_lapsed", _LAPSED),
            ("gross_less_other", _LESS_OTHER),
        ),
    ),
    Line("amortisation", Text("二、累计摊销", "II. Accumulated amortisation"), 0, title=True),
    Line("amortisation_opening", _OPENING, 1),
    Line("amortisation_charged", _ADDED, 1),
    Line(
        "amortisation_removed", _REMOVED, 1, ("amortisation_disposed", "amortisation_lapsed", "amortisation_less_other")
    ),
    Line("amortisation_disposed", Text("其中：处置", "of which disposed of"), 2),
    Line("amortisation_lapsed", _LAPSED, 2),
    Line("amortisation_less_other", _LESS_OTHER, 2),
    Line(
        "amortisation_closing", _CLOSING, 1, ("amortisation_opening", "amortisation_charged"), ("amortisation_removed",)
    ),
    Line("impairment", Text("三、减值准备", "III. Impairment"), 0, title=True),
    Line("impairment_opening", _OPENING, 1),
    Line("impairment_charged", _ADDED, 1),
    Line("impairment_reduced", _REMOVED, 1),
    Line("impairment_closing", _CLOSING, 1, ("impairment_opening", "impairment_charged"), ("impairment_reduced",)),
    Line("carrying", Text("四、账面价值", "IV. Carrying amount"), 0, title=True),
    Line(
        "carrying_closing", Text("1.期末账面价值", "1. At the end"), 1,
        ("gross_closing",), ("amortisation_closing", "impairment_closing"),
    ),
    Line(
        "carrying_opening", Text("2.期初账面价值", "2. At the beginning"), 1,
        ("gross_opening",), ("amortisation_opening", "impairment_opening"),
    ),
)  # fmt: skip
INVENTORY: Final = (
    *_gross(
        (
            ("gross_purchased", Text("其中：采购", "of which purchased")),
            ("gross_processed", Text("数据加工", "processed")),
            ("gross_other", Text("其他增加", "other additions")),
        ),
        (
            ("gross_sold", Text("其中：出售", "of which sold")),
            ("gross_lapsed", _LAPSED),
            ("gross_less_other", _LESS_OTHER),
        ),
    ),
    Line("provision", Text("二、存货跌价准备", "II. Provision for decline in value"), 0, title=True),
    Line("provision_opening", _OPENING, 1),
    Line("provision_charged", _ADDED, 1),
    Line("provision_removed", _REMOVED, 1, ("provision_reversed", "provision_written_off")),
    Line("provision_reversed", Text("其中：转回", "of which reversed"), 2),
    Line("provision_written_off", Text("转销", "written off"), 2),
    Line("provision_closing", _CLOSING, 1, ("provision_opening", "provision_charged"), ("provision_removed",)),
    Line("carrying", Text("三、账面价值", "III. Carrying amount"), 0, title=True),
    Line("carrying_closing", Text("1.期末账面价值", "1. At the end"), 1, ("gross_closing",), ("provision_closing",)),
    Line(
        "carrying_opening", Text("2.期初账面价值", "2. At the beginning"), 1,
        ("gross_opening",), ("provision_opening",),
    ),
)  # fmt: skip
DEVELOPMENT: Final = (
    Line("opening", Text("期初余额", "Opening balance"), 1),
    Line("spent", Text("本期增加：内部开发支出", "Additions: spending of the period"), 1),
    Line("capitalised", Text("本期减少：确认为无形资产", "Reductions: recognised as intangible"), 1),
    Line("expensed", Text("本期减少：转入当期损益", "Reductions: expensed"), 1),
    Line("closing", Text("期末余额", "Closing balance"), 1, ("opening", "spent"), ("capitalised", "expensed")),
)
COLUMNS: Final[Mapping[str, Mapping[Way, Text]]] = {
    "intangible": {
        "purchased": Text("外购的数据资源无形资产", "Purchased"),
        "developed": Text("自行开发的数据资源无形资产", "Developed in-house"),
        "other": Text("其他方式取得的数据资源无形资产", "Obtained otherwise"),
    },
    "inventory": {
        "purchased": Text("外购的数据资源存货", "Purchased"),
        "developed": Text("自行加工的数据资源存货", "Processed in-house"),
        "other": Text("其他方式取得的数据资源存货", "Obtained otherwise"),
    },
}


class Row(Struct, frozen=True):
    """A line of the table: an amount for each way of acquisition and their total; a title has none."""

    code: str
    name: Text
    level: int
    cells: tuple[str, ...]


def computed(lines: Sequence[Line], stated: Struct) -> dict[str, Decimal]:
    """Every line of one column."""
    by_code, found = {line.code: line for line in lines}, dict[str, Decimal]()

    def value(code: str) -> Decimal:
        if code not in found:
            line = by_code[code]
            if line.plus:
                found[code] = sum(map(value, line.plus), Decimal(0)) - sum(map(value, line.minus), Decimal(0))
            else:
                found[code] = Decimal(getattr(stated, code))
        return found[code]

    for line in lines:
        if not line.title:
            value(line.code)
    return found


def table(lines: Sequence[Line], stated: Mapping[Way, Struct], places: int) -> tuple[Row, ...]:
    """The table with a column for each way and one for the total."""
    columns = [computed(lines, stated[way]) for way in WAYS if way in stated]
    missing = [way for way in WAYS if way not in stated]
    rows = []
    for line in lines:
        cells: tuple[str, ...] = ()
        if not line.title:
            by_way = iter(columns)
            amounts = [Decimal(0) if way in missing else next(by_way)[line.code] for way in WAYS]
            cells = tuple(f"{amount:.{places}f}" for amount in (*amounts, sum(amounts, Decimal(0))))
        rows.append(Row(line.code, line.name, line.level, cells))
    return tuple(rows)


class Carried(Struct, frozen=True):
    """A line of the balance sheet, “of which: data resources”."""

    name: Text
    opening: str
    closing: str


def balance_sheet(
    intangible: Mapping[Way, Struct], inventory: Mapping[Way, Struct], development: Development | None, places: int
) -> tuple[Carried, ...]:
    """What the balance sheet shows of the data: inventory, intangible assets, development expenditure."""

    def carried(lines: Sequence[Line], stated: Mapping[Way, Struct], end: str) -> Decimal:
        return sum((computed(lines, column)[f"carrying_{end}"] for column in stated.values()), Decimal(0))

    spent = computed(DEVELOPMENT, development or Development())
    amounts = {
        Text("存货——其中：数据资源", "Inventory, of which data"): [carried(INVENTORY, inventory, e) for e in ENDS],
        Text("无形资产——其中：数据资源", "Intangible assets, of which data"): [
            carried(INTANGIBLE, intangible, e) for e in ENDS
        ],
        Text("开发支出——其中：数据资源", "Development expenditure, of which data"): [spent[e] for e in ENDS],
    }
    return tuple(Carried(name, *(f"{each:.{places}f}" for each in pair)) for name, pair in amounts.items())


ENDS: Final = ("opening", "closing")


def faults(place: str, lines: Sequence[Line], stated: Mapping[Way, Struct], currency: str) -> Iterator[FieldError]:
    """Balances below nothing, amounts finer than the currency, and additions under another way's column."""
    for way, column in stated.items():
        yield from _column(f"{place}/{way}", lines, column, currency)
        foreign = {"purchased": ("gross_developed", "gross_processed"), "developed": ("gross_purchased",)}
        wrong = foreign.get(way, ("gross_purchased", "gross_developed", "gross_processed"))
        for code in wrong:
            if Decimal(getattr(column, code, "0")):
                text = Text("该项增加不属于这一取得方式。", "This addition belongs to another way of acquisition.")
                yield FieldError(f"{place}/{way}/{code}", text, RULE)


def _column(place: str, lines: Sequence[Line], stated: Struct, currency: str) -> Iterator[FieldError]:
    yield from _fine(place, stated, currency)
    for code, amount in computed(lines, stated).items():
        if amount < 0:
            name = next(line.name for line in lines if line.code == code)
            text = Text(f"{name.zh}为 {amount}，不得小于 0。", f"“{name.en}” is {amount}; it may not be below 0.")
            yield FieldError(f"{place}/{code}", text, RULE)


def _fine(place: str, stated: Struct, currency: str) -> Iterator[FieldError]:
    places = EXPONENTS[currency]
    for code in stated.__struct_fields__:
        if len(getattr(stated, code).partition(".")[2]) > places:
            text = Text(f"最多 {places} 位小数。", f"At most {places} decimal places.")
            yield FieldError(f"{place}/{code}", text, RULE)


def development_faults(
    stated: Development | None, intangible: Mapping[Way, Struct], currency: str
) -> Iterator[FieldError]:
    """What leaves development expenditure for the intangibles is what these show as developed in-house."""
    if stated is None:
        return
    yield from _column("/development", DEVELOPMENT, stated, currency)
    arrived = Decimal(getattr(intangible["developed"], "gross_developed")) if "developed" in intangible else Decimal(0)  # noqa: B009 -- the mapping holds any Struct
    if Decimal(stated.capitalised) != arrived:
        text = Text(
            f"转入无形资产的 {stated.capitalised} 与内部研发增加的 {arrived} 不符。",
            f"{stated.capitalised} became intangible, but {arrived} is shown as developed in-house.",
        )
        yield FieldError("/development/capitalised", text, RULE)
