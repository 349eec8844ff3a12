"""The notes table of data resources: opening, additions, disposals and closing by way of acquisition; pure.

What is stated are the movements; balances and totals are computed, so that nothing can fail to add up.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.accounting.lines import DEVELOPMENT, INTANGIBLE, INVENTORY, WAYS, Development, Line, Way

RULE: Final = "LT-ACC-02"


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
