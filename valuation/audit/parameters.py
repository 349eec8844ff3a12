"""The stated parameters of an appraisal as rows: what they are compared with, and what stands behind them."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

_NAMED: Final = re.compile(r"(comparables|charges|assets|costs|products|parameters)/[^/]+")
_NUMBERED: Final = re.compile(r"/\d+(?=/|$)")
_AMOUNT: Final = re.compile(
    r"cost/stages/|guide/(total_cost|\w+_data|\w+_volume)$|income/(income|without)/|income/charges/\*/value$"
    r"|market/(scale|price_index)$|market/comparables/\*/(price|scale|price_index)$"
)
"""What is large because the asset is large, and says nothing beside another asset's."""


class StatedParameter(Struct, frozen=True):
    """One number of an appraisal; `peer` names it in the same way in every appraisal."""

    path: str
    peer: str
    value: Decimal
    is_amount: bool
    source: str
    evidence: str
    confidence: str


def parameters_of(body: Mapping[str, Any]) -> Iterator[StatedParameter]:
    """Every parameter of an appraisal with its provenance, and the discount rate that follows from some."""
    inputs = body["inputs"]
    root = "cost/" if "stages" in inputs else ""
    for path, parameter in _parameters(inputs, ""):
        peer = _peer(root + path)
        yield StatedParameter(
            path=path,
            peer=peer,
            value=Decimal(parameter["value"]),
            is_amount=_AMOUNT.match(peer) is not None,
            source=parameter["source"],
            evidence=parameter["evidence"],
            confidence=parameter["confidence"],
        )
    for step in body["trace"]:
        if step["id"] == "income.r":
            place = "#/trace/income.r"
            yield StatedParameter(
                place, "income/discount/r", Decimal(step["result"]), False, "computed", place, "computed"
            )


def _peer(path: str) -> str:
    return _NUMBERED.sub("/*", _NAMED.sub(r"\1/*", path))


def _parameters(node: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    items: Any = node.items() if isinstance(node, Mapping) else enumerate(node)
    for key, below in items:
        place = f"{path}/{key}" if path else str(key)
        if isinstance(below, Mapping) and {"value", "confidence"} <= set(below) and isinstance(below["value"], str):
            yield place, below
        elif isinstance(below, Mapping | list):
            yield from _parameters(below, place)
