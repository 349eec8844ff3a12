"""What is asked of portfolio runs over HTTP, and what is answered."""

from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from kernel.money import MoneyView
from kernel.text import Text
from valuation.appraisal.engine.inputs import Number, Parameter
from valuation.portfolio.engine.inputs import Group, Terms
from valuation.portfolio.states import PortfolioState

AssetId = Annotated[str, Meta(max_length=40)]


class PortfolioAsset(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """An asset of the portfolio; `upstream` states the shares of its value that rest on what it is made from."""

    asset_id: AssetId
    group: Group = ""
    upstream: Annotated[dict[AssetId, Number], Meta(max_length=100)] = {}


class ValuePortfolio(Terms, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Value assets in one run: each by the inputs of the firm's newest appraisal of it and its newest scorecard.

    `upstream_share` is what an asset's value rests on its declared upstream assets together, where nothing else is
    stated of it; it is divided equally among them.
    """

    assets: Annotated[tuple[PortfolioAsset, ...], Meta(min_length=1, max_length=10_000)]
    upstream_share: Parameter
    previous_id: AssetId | None = None


class PortfolioRunView(Struct, frozen=True):
    """A run with how far it is; `result` when it has ended well, `problem` when it has failed."""

    id: str
    valuer: str
    name: str
    base_date: date
    currency: str
    previous_id: str | None
    status: PortfolioState
    actions: list[str]
    asked_assets: int
    done_assets: int
    faulty_assets: int
    value: MoneyView | None
    result: dict[str, Any] | None
    problem: Text | None
    created_at: datetime
    status_changed_at: datetime


class PortfolioItemView(Struct, frozen=True):
    """One asset of a run: its figures with the digest of the appraisal that gives them, or its faults."""

    number: int
    asset_id: str
    appraisal_id: str | None
    group: str
    value: MoneyView | None
    low: MoneyView | None
    high: MoneyView | None
    upstream: dict[str, str]
    inputs_sha256: str | None
    document_sha256: str | None
    faults: list[dict[str, Any]]


class PortfolioAppraisalView(Struct, frozen=True):
    """The appraisal behind one asset of a run, computed again now; `same` says that it is the one that was kept."""

    document_sha256: str
    same: bool
    appraisal: dict[str, Any]
