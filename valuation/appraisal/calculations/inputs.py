"""What is stated for a calculation beside the appraisal proper: numbers as decimal strings, with their provenance."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from valuation.appraisal.engine.inputs import Currency, Name, Number, Parameter, Prose


class CapProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """A public-data product under a price cap: how it is charged, its cap, its price and how much of it is sold."""

    unit: Literal["product", "call", "time", "volume"]
    cap: Parameter
    price: Parameter
    units: Parameter


class PriceCapInputs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What the price of authorised public data is formed from (发改价格〔2025〕65号)."""

    currency: Currency
    use: Literal["industry", "public-governance"]
    costs: Annotated[dict[Name, Parameter], Meta(min_length=1, max_length=30)]
    subsidies: Parameter
    margin: Parameter
    treasury_yield: Parameter
    taxes: Parameter
    cycle_years: Parameter
    products: Annotated[dict[Name, CapProduct], Meta(max_length=500)] = {}
    actual_income: Parameter | None = None
    excess_of_last_cycle: Parameter | None = None
    smoothing_years: Parameter | None = None


class GartnerInputs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Gartner's six measures of information; each is computed when all its parameters are given."""

    measure: Literal["ivi", "bvi", "pvi", "cvi", "mvi", "evi"]
    parameters: Annotated[dict[Name, Parameter], Meta(min_length=1, max_length=40)]


class OptionInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A real option on the data (实物期权, Black and Scholes): S·N(d1) − X·e^(−rT)·N(d2)."""

    currency: Currency
    underlying: Parameter
    exercise: Parameter
    rate: Parameter
    volatility: Parameter
    years: Parameter


class ShapleyInputs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A pooled asset whose value is split among its contributors: what every coalition would be worth alone.

    `coalitions` names each coalition by its members in alphabetical order, joined by `+`.
    """

    currency: Currency
    parties: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=12)]
    coalitions: Annotated[dict[str, Number], Meta(min_length=1, max_length=4095)]
    source: Prose
    evidence: Prose


class PoolInputs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A pool of many contributors: what each holds of which source, and how much of what several hold counts once.

    The split is estimated from so many sampled orders of joining; the same seed gives the same split.
    """

    currency: Currency
    parties: Annotated[
        dict[Name, Annotated[dict[Name, Parameter], Meta(min_length=1, max_length=20)]],
        Meta(min_length=2, max_length=100),
    ]
    overlap: Parameter
    cost: Parameter
    samples: Literal["500", "1000", "2000"]
    confidence: Literal["0.90", "0.95", "0.99"]
    seed: Prose
