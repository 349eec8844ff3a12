"""What a catalogue request asks for: EDC's QuerySpec is taken as it is sent; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from market.dataspace.errors import MessageRefused
from market.dataspace.messages.shapes import fault, is_id, listed

OFFSET_MAX: Final = 1_000_000
FILTERS_MAX: Final = 20
VALUES_MAX: Final = 100

_OPERANDS: Final = ("id", "@id", "identifier")
_OPERATORS: Final = ("=", "in", "like")


@dataclass(frozen=True, slots=True)
class DatasetQuery:
    """How much, from where on, and which ids (None: any); `like` is a beginning."""

    limit: int
    offset: int
    ids: frozenset[str] | None = None
    like: tuple[str, ...] = ()


def dataset_query(message: Mapping[str, Any], page_max: int) -> DatasetQuery:
    """What to show; raises MessageRefused for a filter on something that is not kept."""
    limit, offset, ids, like = page_max, 0, None, []
    for at, query in enumerate(listed(message.get("filter"))[:FILTERS_MAX]):
        if not isinstance(query, Mapping):
            continue
        plain = {_bare(name): value for name, value in query.items()}
        limit = min(limit, _number(plain.get("limit"), page_max, page_max) or page_max)
        offset = max(offset, _number(plain.get("offset"), 0, OFFSET_MAX))
        for place, one in enumerate(listed(plain.get("filterExpression"))[:FILTERS_MAX]):
            wanted, begins = _criterion(one, f"/filter/{at}/filterExpression/{place}")
            like.extend(begins)
            if wanted is not None:
                ids = wanted if ids is None else ids & wanted
    return DatasetQuery(limit, offset, ids, tuple(like))


def _criterion(criterion: Any, pointer: str) -> tuple[frozenset[str] | None, list[str]]:
    plain = {_bare(name): value for name, value in criterion.items()} if isinstance(criterion, Mapping) else {}
    operand, operator = _bare(str(_value(plain.get("operandLeft")))), str(_value(plain.get("operator"))).lower()
    values = [_value(one) for one in listed(plain.get("operandRight"))[:VALUES_MAX]]
    if operand not in _OPERANDS or operator not in _OPERATORS:
        known = f"{' | '.join(_OPERANDS)}; {' '.join(_OPERATORS)}"
        unknown = fault(pointer, f"不支持的筛选；可用：{known}", f"This filter is not kept; there are {known}")
        raise MessageRefused(errors=[unknown], why="filter")
    named = [value for value in values if is_id(value)]
    if operator == "like":
        return None, [value.strip("%") for value in named]
    return frozenset(named), []


def _bare(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("/")[2].rpartition(":")[2] if name not in ("@id", "@type") else name


def _value(value: Any) -> Any:
    return value.get("@value", value.get("@id")) if isinstance(value, Mapping) else value


def _number(value: Any, otherwise: int, most: int) -> int:
    """A number as JSON or JSON-LD may write it; what is none is as if it were not said."""
    plain = _value(value)
    if isinstance(plain, str) and plain.isascii() and plain.isdigit() and len(plain) < 12:
        plain = int(plain)
    if isinstance(plain, bool) or not isinstance(plain, int) or plain < 0:
        return otherwise
    return min(plain, most)
