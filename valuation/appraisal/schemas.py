"""What is asked of appraisals over HTTP, and what is answered beside the appraisal itself."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from kernel.money import MoneyView
from kernel.text import Text
from valuation.appraisal.calculations.inputs import (
    GartnerInputs,
    OptionInputs,
    PoolInputs,
    PriceCapInputs,
    ShapleyInputs,
)
from valuation.appraisal.engine.inputs import CostInputs, Number, Study

Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=300,
        description="参数名称：`#/` 加其在文书中的位置，与敏感性分析相同，全部名称见其 parameters。· A name: "
        "`#/` and its place in the document, the same in what-if, sensitivity and simulation; `parameters` of the "
        "sensitivity lists them all. `#/inputs/income/income` is every forecast year alike, `#/inputs/income/life` "
        "the life in whole years, `#/quality/score` the score; a JSON Pointer to the number is read as well.",
        examples=["#/inputs/income/share_rate"],
    ),
]


class AppraiseAsset(Struct, frozen=True, forbid_unknown_fields=True):
    """Value the asset's newest revision by a study of one or more approaches, or (`inputs`) by the cost approach alone.

    Exactly one of the two is given; `use_until` is a year less a day unless it is given.
    """

    scorecard_id: Annotated[str, Meta(max_length=40)]
    base_date: date
    inputs: CostInputs | None = None
    study: Study | None = None
    use_until: date | None = None


class AppraisalSummary(Struct, frozen=True):
    """An appraisal as a list shows it."""

    id: str
    asset_id: str
    revision_id: str
    provider: str
    valuer: str
    approach: str
    standing: str
    standing_text: Text
    engagement_id: str | None
    base_date: date
    use_until: date
    value: MoneyView
    low: MoneyView
    high: MoneyView
    document_id: str
    created_at: datetime


class AppraisalView(Struct, frozen=True):
    """An appraisal with the document that proves it; `appraisal` holds inputs, trace, notes and limits.

    `standing` is `study`, `issued` (the report of an engagement) or `automatic`; only a report is signed by valuers.
    """

    id: str
    asset_id: str
    revision_id: str
    scorecard_id: str
    valuer: str
    approach: str
    standing: str
    standing_text: Text
    engagement_id: str | None
    base_date: date
    use_until: date
    value: MoneyView
    low: MoneyView
    high: MoneyView
    document_id: str
    created_at: datetime
    appraisal: dict[str, Any]


class WhatIf(Struct, frozen=True, forbid_unknown_fields=True):
    """Suppose other numbers in a stored appraisal, by the names of its parameters; nothing is stored.

    A rate that is computed, such as `#/trace/income.r`, is supposed by its components.
    """

    overlay: Annotated[
        dict[Name, Number],
        Meta(
            max_length=100,
            description="参数名称与假设的数值，为空则与所存相同。· Names with numbers; none gives what is stored.",
            examples=[{"#/inputs/cost/return_on_cost": "0.12", "#/inputs/income/share_rate": "0.06"}],
        ),
    ]


class WhatIfView(Struct, frozen=True):
    """What the value would be; `appraisal` is the whole of it, and with an empty overlay exactly what is stored."""

    value: MoneyView
    low: MoneyView
    high: MoneyView
    stored: MoneyView
    appraisal: dict[str, Any]


class SwingView(Struct, frozen=True):
    """One driver's change down and up, and the value after each."""

    driver: str
    down: str
    up: str
    value_down: str
    value_up: str


class OneWayView(Struct, frozen=True):
    """One driver changed alone: by −20 %, −10 %, +10 %, +20 %, or a rate by −2, −1, +1, +2 points; null: no value."""

    driver: str
    by: list[str]
    values: list[str | None]


class YearsView(Struct, frozen=True):
    """A life one year shorter or longer, and the value that follows; null with the reasons why it may not be so."""

    driver: str
    by: int
    years: str
    value: str | None
    refused: list[Text]


class ParameterView(Struct, frozen=True):
    """A parameter by the name that what-if and simulation take, with its number and the range that is admitted.

    `value` is null where a name stands for several numbers; the range is null where no rule sets one; `what_if` and
    `simulation` say which question takes the name.
    """

    name: str
    value: str | None
    minimum: str | None
    maximum: str | None
    what_if: bool
    simulation: bool


class SensitivityView(Struct, frozen=True):
    """What moves the value, the widest swing first, and the value by changes of the rate (rows) and of another driver.

    `one_way` holds every driver; `years` the lives, n ± 1; `parameters` every name that what-if and simulation take.
    The table is empty where no discount rate enters the value.
    """

    value: MoneyView
    tornado: list[SwingView]
    rows: list[str]
    columns: list[str]
    column_driver: str | None
    table: list[list[str | None]]
    one_way: list[OneWayView]
    years: list[YearsView]
    parameters: list[ParameterView]


class Drawn(Struct, frozen=True, forbid_unknown_fields=True):
    """How one parameter is drawn: uniform (low, high), triangular (low, mode, high), normal or lognormal (mean, sd).

    The mean and deviation of a lognormal one are those of the logarithm.
    """

    kind: Literal["uniform", "triangular", "normal", "lognormal"]
    parameters: Annotated[
        tuple[Number, ...],
        Meta(
            min_length=2,
            max_length=3,
            description="分布的参数，以参数自身的单位表示。· The distribution's numbers, in the parameter's own unit.",
            examples=[["0.04", "0.05", "0.06"]],
        ),
    ]


class Simulate(Struct, frozen=True, forbid_unknown_fields=True):
    """Draw parameters of a stored appraisal by the names of its sensitivity, and value every draw by its rule set.

    Ends outside the admitted range are refused; a draw that may not be stated is left out and counted, and a life is
    drawn in whole years. A computed rate, such as `#/trace/income.r`, may be drawn as a whole.
    """

    distributions: Annotated[
        dict[Name, Drawn],
        Meta(
            min_length=1,
            max_length=50,
            description="参数名称与其分布。· Names of parameters with their distributions.",
            examples=[{"#/inputs/income/share_rate": {"kind": "triangular", "parameters": ["0.04", "0.05", "0.06"]}}],
        ),
    ]
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1, description="随机种子 · the same seed gives the same draws")]
    draws: Annotated[int, Meta(ge=100, le=100_000, description="抽样次数 · how many draws")] = 10_000


class LeftOutView(Struct, frozen=True):
    """Draws that the rule set does not admit: the rule, in words, and how many there were."""

    rule: str | None
    why: Text
    count: int


class SimulationView(Struct, frozen=True):
    """What the admitted draws gave; evidence beside the value. The same seed gives the same draws.

    `admitted` of `draws` could be stated under the appraisal's rule set; `left_out` says why the others could not.
    """

    seed: int
    draws: int
    admitted: int
    left_out: list[LeftOutView]
    mean: str
    deviation: str
    quantiles: dict[str, str]
    below_stored: str
    stored: MoneyView


class CalculatePriceCap(Struct, frozen=True, forbid_unknown_fields=True, tag_field="calculation", tag="price-cap"):
    """The most that authorised public data may earn."""

    base_date: date
    inputs: PriceCapInputs


class CalculateGartner(Struct, frozen=True, forbid_unknown_fields=True, tag_field="calculation", tag="gartner"):
    """One of Gartner's measures."""

    base_date: date
    inputs: GartnerInputs


class CalculateOption(Struct, frozen=True, forbid_unknown_fields=True, tag_field="calculation", tag="real-option"):
    """A real option."""

    base_date: date
    inputs: OptionInputs


class CalculateShapley(Struct, frozen=True, forbid_unknown_fields=True, tag_field="calculation", tag="shapley"):
    """A split of a pooled asset's value."""

    base_date: date
    inputs: ShapleyInputs


class CalculatePool(Struct, frozen=True, forbid_unknown_fields=True, tag_field="calculation", tag="shapley-pool"):
    """A split of a pool of many contributors, by sampled orders."""

    base_date: date
    inputs: PoolInputs


Calculate = CalculatePriceCap | CalculateGartner | CalculateOption | CalculateShapley | CalculatePool


class CalculationView(Struct, frozen=True):
    """A calculation with its trace; it is no appraisal, and nothing is stored."""

    calculation: dict[str, Any]
