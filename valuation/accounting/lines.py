"""The lines of the notes table, and what is stated for each, as 财会〔2023〕11号 has them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from kernel.text import Text

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
