"""The search page: its question as it stands in the address, and the addresses that change it in one place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from litestar.params import QueryParameter

from kernel.text import Text
from market.catalogue.facets.schemas import FacetsView
from market.listings.finding.asking import VALUES_MAX, QueryParameters, Values
from market.listings.finding.query import Sort
from market.listings.search import QUERY_CHARS_MAX

FACET_NAMES: Final = {
    "theme": Text("主题", "Theme"),
    "grade": Text("质量等级", "Quality grade"),
    "price_kind": Text("计价方式", "Price"),
    "delivery": Text("交付方式", "Delivery"),
    "tested": Text("第三方检测", "Third-party test"),
    "freshness": Text("数据新鲜度", "Newest data"),
    "territory": Text("许可地域", "Territory"),
    "sector": Text("行业门类", "Sector"),
    "provider": Text("提供方", "Provider"),
}
"""Every facet, in the order in which the page shows them."""

OPEN_AT_FIRST: Final = ("theme", "grade", "price_kind", "delivery")
"""Facets that are unfolded before anything is chosen."""

SORTS: Final[dict[Sort, Text]] = {
    "relevance": Text("相关度", "Relevance"),
    "newest": Text("最新上架", "Newest"),
    "score": Text("质量分由高到低", "Highest quality"),
    "price": Text("价格由低到高", "Lowest price"),
}

Chosen = Annotated[Values, QueryParameter(max_items=VALUES_MAX)]


def provide_question(
    q: Annotated[str | None, QueryParameter(name="q", max_length=QUERY_CHARS_MAX)] = None,
    theme: Chosen = None,
    sector: Chosen = None,
    grade: Chosen = None,
    price_kind: Chosen = None,
    delivery: Chosen = None,
    tested: Chosen = None,
    freshness: Chosen = None,
    territory: Chosen = None,
    provider: Chosen = None,
    price_max: Annotated[str | None, QueryParameter(max_length=20)] = None,
    sort: Annotated[Sort, QueryParameter()] = "relevance",
) -> "Question":
    """What the address asks; an empty field of the form asks nothing, as a browser without scripts sends it."""
    facets = {"theme": theme, "sector": sector, "grade": grade, "price_kind": price_kind, "delivery": delivery}
    facets |= {"tested": tested, "freshness": freshness, "territory": territory, "provider": provider}
    chosen = {name: tuple(each for each in values or () if each) for name, values in facets.items()}
    highest = (price_max or "").replace(",", "").strip()
    return Question((q or "").strip(), {name: each for name, each in chosen.items() if each}, highest, sort)


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice that was made, and the address of the page without it."""

    words: Text
    without: str


@dataclass(frozen=True, slots=True)
class Question:
    """A search as the page's address holds it."""

    words: str
    chosen: Mapping[str, Sequence[str]]
    price_max: str
    sort: Sort

    @property
    def asked(self) -> QueryParameters:
        """The same as the API is asked it."""
        return QueryParameters(
            self.words,
            {name: list(values) for name, values in self.chosen.items()},
            self.price_max or None,
            "CNY",
            self.sort,
        )

    @property
    def narrowed(self) -> int:
        """How many choices were made beside the words."""
        return sum(len(values) for values in self.chosen.values()) + bool(self.price_max)

    def address(self, **changed: Any) -> str:
        """The query of the page with something changed: `?q=…&theme=…`, or nothing."""
        pairs = [(name, value) for name, value in self._pairs() if name not in changed]
        pairs += [(name, value) for name, value in changed.items() if value]
        return f"?{urlencode(pairs)}" if pairs else ""

    def without(self, name: str, value: str) -> str:
        """The query of the page without one choice."""
        pairs = [pair for pair in self._pairs() if pair != (name, value)]
        return f"?{urlencode(pairs)}" if pairs else ""

    def chips(self, labels: Mapping[tuple[str, str], Text]) -> list[Chip]:
        """Every choice that was made."""
        chips = [
            Chip(labels.get((name, value), Text(value, value)), self.without(name, value))
            for name in FACET_NAMES
            for value in self.chosen.get(name, ())
        ]
        if self.price_max:
            words = Text(f"不超过 ¥{self.price_max}", f"at most CNY {self.price_max}")
            chips.append(Chip(words, self.without("price_max", self.price_max)))
        return chips

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if self.words:
            yield "q", self.words
        for name in FACET_NAMES:
            for value in self.chosen.get(name, ()):
                yield name, value
        if self.price_max:
            yield "price_max", self.price_max
        if self.sort != "relevance":
            yield "sort", self.sort


def labels_of(view: FacetsView) -> dict[tuple[str, str], Text]:
    """What each value of each facet is called."""
    return {(facet.code, value.value): value.label for facet in view.facets for value in facet.values}


def in_order(view: FacetsView) -> list[Any]:
    """The facets as the page shows them."""
    by_code = {facet.code: facet for facet in view.facets}
    return [by_code[code] for code in FACET_NAMES if code in by_code and by_code[code].values]
