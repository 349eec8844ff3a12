"""A product as the fields of a manifest, from either side: from what is written, from what was kept, from its row."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from contracts.policy.schemas import LicenceTerms
from contracts.terms.prices import Plan
from kernel.money import Money
from market.listings.models import Listing
from market.listings.schemas import CreateListing
from market.listings.states import ListingState
from market.manifests.rules import Fields, ShelfState
from market.manifests.schemas import ListingSpec

_SHELF: Final = {ListingState.DRAFT: ShelfState.DRAFT, ListingState.DELISTED: ShelfState.DELISTED}
"""Whatever else became of a product, it was to be listed."""

_COLUMNS: Final = {
    "asset": "asset_id",
    "scorecard": "scorecard_id",
    "appraisal": "appraisal_id",
    "title/zh": "title_zh",
    "title/en": "title_en",
    "summary/zh": "summary_zh",
    "summary/en": "summary_en",
}
"""The fields that a manifest calls otherwise than the API does."""


def of_spec(spec: ListingSpec, asset_id: str) -> dict[str, Any]:
    """The fields that a manifest says, in one form; raises InvalidInput for what is no amount of money."""
    fields: dict[str, Any] = msgspec.to_builtins(spec)
    if "keywords" in fields:
        fields["keywords"] = list(dict.fromkeys(fields["keywords"]))
    if not isinstance(spec.price, msgspec.UnsetType):
        fields["price"] = msgspec.to_builtins(Money.of(spec.price).view())
    return {**fields, "asset": asset_id}


def of_record(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were carried out, in the form of today: what a licence may say since has its default."""
    fields = {**kept, "licence": _again(kept["licence"], LicenceTerms)}
    if fields.get("plan") is not None:
        fields["plan"] = _again(fields["plan"], Plan)
    return fields


def of_row(row: Listing) -> dict[str, Any]:
    """Every field of a product as it is."""
    price = row.price
    return {
        "asset": row.asset_id,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "summary": {"zh": row.summary_zh, "en": row.summary_en},
        "theme": row.theme,
        "licence": _again(row.licence, LicenceTerms),
        "keywords": list(row.keywords),
        "delivery": row.delivery,
        "price": None if price is None else msgspec.to_builtins(price.view()),
        "price_kind": row.price_kind,
        "plan": None if row.price_plan is None else _again(row.price_plan, Plan),
        "scorecard": row.scorecard_id,
        "appraisal": row.appraisal_id,
        "state": str(_SHELF.get(row.status, ShelfState.LISTED)),
    }


def described(fields: Fields) -> CreateListing:
    """What the market is asked for, that a product may be as these fields say."""
    plain = {name: fields[name] for name in ("theme", "licence", "keywords", "delivery", "price", "price_kind", "plan")}
    ids = {f"{name}_id": fields[name] for name in ("asset", "scorecard", "appraisal")}
    texts = {f"{name}_{lang}": fields[name][lang] for name in ("title", "summary") for lang in ("zh", "en")}
    return msgspec.convert({**plain, **ids, **texts}, CreateListing)


def place(pointer: str) -> str:
    """Where in a manifest's spec a field is that the market names."""
    plain = pointer.strip("/")
    for name, column in _COLUMNS.items():
        if plain == column or plain.startswith(f"{column}/"):
            return f"/{name}{plain.removeprefix(column)}"
    return f"/{plain}" if plain else ""


def _again(value: Any, form: Any) -> Any:
    return msgspec.to_builtins(msgspec.convert(value, form))
