"""The query parameters by which products are found: the same for the list, for its facets and for saved searches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from litestar.params import QueryParameter

from kernel.money import Money, MoneyView
from market.listings.finding.query import ListingQuery, Sort, chosen_of
from market.listings.search import QUERY_CHARS_MAX

VALUES_MAX = 20
VALUE_CHARS_MAX = 40

Words = Annotated[
    str | None,
    QueryParameter(
        name="q", max_length=QUERY_CHARS_MAX, description="检索词，中英文均可 · words in Chinese or English"
    ),
]
AmountMax = Annotated[
    str | None,
    QueryParameter(
        pattern=r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,3})?$(?!\n)",
        description="价格至多为，方案按一个周期的起价比较 · at most; a plan by what a period of it costs at the least",
    ),
]
InCurrency = Annotated[
    str,
    QueryParameter(
        pattern=r"^[A-Z]{3}$(?!\n)",
        description="price_max 与按价格排序的币种 · the currency of price_max and of the order by price",
    ),
]
Values = list[str] | None


def _any_of(text: str) -> QueryParameter:
    return QueryParameter(max_items=VALUES_MAX, description=f"{text}; repeated: any of them")


@dataclass(frozen=True, slots=True)
class QueryParameters:
    """The parameters of one query."""

    words: str
    facets: Mapping[str, Values]
    price_max: str | None
    currency: str
    sort: Sort

    def wanted(self, at: datetime) -> ListingQuery:
        """What is asked for at a moment; raises FilterUnknown, and InvalidInput for no amount of money."""
        most = None if self.price_max is None else Money.of(MoneyView(self.price_max, self.currency), "/price_max")
        return ListingQuery(self.words, chosen_of(self.facets, at), most, self.sort, self.currency)


def provide_asked(
    q: Words = None,
    theme: Annotated[Values, _any_of("主题 · theme, in the provider's own words")] = None,
    sector: Annotated[Values, _any_of("行业门类 GB/T 4754 · section of GB/T 4754, or not-stated")] = None,
    grade: Annotated[Values, _any_of("质量等级 · quality grade, or not-stated")] = None,
    price_kind: Annotated[Values, _any_of("价格类型 · one-off, free, on-request or plan")] = None,
    delivery: Annotated[Values, _any_of("交付方式 · files or computing")] = None,
    tested: Annotated[Values, _any_of("有效的第三方检测 · test in force: passed, failed or none")] = None,
    freshness: Annotated[Values, _any_of("数据新鲜度 · age of the newest data: 7d, 30d, 90d, 365d, older")] = None,
    territory: Annotated[Values, _any_of("许可地域 · territory of the licence")] = None,
    provider: Annotated[Values, _any_of("提供方 · provider, by its id")] = None,
    price_max: AmountMax = None,
    currency: InCurrency = "CNY",
    sort: Annotated[
        Sort,
        QueryParameter(
            description="排序：相关（无检索词时最新）、最新、价格、评分 · without words relevance is newest"
        ),
    ] = "relevance",
) -> QueryParameters:
    """The parameters as they came; they are judged within the unit of work, which a refusal ends."""
    facets = {"theme": theme, "sector": sector, "grade": grade, "price_kind": price_kind, "delivery": delivery}
    facets |= {"tested": tested, "freshness": freshness, "territory": territory, "provider": provider}
    return QueryParameters((q or "").strip(), facets, price_max, currency, sort)
