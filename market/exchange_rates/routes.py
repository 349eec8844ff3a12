"""Exchange rates over HTTP: officers enter and confirm them, everybody reads and converts by them."""

from datetime import date
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import FieldError, InvalidInput, NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.money import Money, MoneyView
from kernel.states import IllegalTransition
from kernel.text import Text
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.exchange_rates import commands, errors, queries
from market.exchange_rates.schemas import ConversionView, DecideRate, EnterRate, RateView

_DECIDES: Final = "market:payment:confirm"
_DECIDED: Final = problems(NotFound, errors.SecondOfficerNeeded, errors.RateNotCorrected, IllegalTransition)
_CODE: Final = r"^[A-Z]{3}$(?!\n)"


@post(
    "/v1/exchange-rates",
    opt=allow(_DECIDES),
    responses=problems(errors.RateFaulty, errors.RateNotCorrected, IdempotencyKeyReused),
)
async def enter_rate(data: JSONBody[EnterRate], once: NamedDependency[Once]) -> Response[RateView]:
    """录入汇率 · Enter a rate of a day with its source; it counts once another officer has confirmed it."""
    return await once(commands.enter, data)


@get("/v1/exchange-rates", opt=public())
async def list_rates(
    act: NamedDependency[Act],
    base: Annotated[str | None, QueryParameter(pattern=_CODE, description="币种之一 · one of the pair")] = None,
    quote: Annotated[str | None, QueryParameter(pattern=_CODE, description="币种之二 · the other")] = None,
    status: Annotated[str | None, QueryParameter(pattern=r"^(proposed|confirmed|refused|lapsed)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[RateView]:
    """汇率列表 · The rates of a pair in both directions, the newest entry first; those refused and lapsed too."""
    if (base is None) is not (quote is None):
        text = Text("base 与 quote 须同时给出", "Give base and quote together")
        raise InvalidInput(errors=[FieldError("/quote" if quote is None else "/base", text)])
    pair = None if base is None or quote is None else (base, quote)
    return await queries.rates(act, pair, status, limit, cursor)


@post("/v1/exchange-rates/{rate_id:str}/confirmation", opt=allow(_DECIDES), status_code=200, responses=_DECIDED)
async def confirm_rate(rate_id: FromPath[str], data: JSONBody[DecideRate], act: NamedDependency[Act]) -> RateView:
    """复核汇率 · Another officer has compared a rate with its source; amounts are converted by it from now on."""
    return await commands.confirm(act, ids.require("fxr", rate_id), data)


@post("/v1/exchange-rates/{rate_id:str}/refusal", opt=allow(_DECIDES), status_code=200, responses=_DECIDED)
async def refuse_rate(rate_id: FromPath[str], data: JSONBody[DecideRate], act: NamedDependency[Act]) -> RateView:
    """退回汇率 · Another officer finds a rate wrong; it is never used."""
    return await commands.refuse(act, ids.require("fxr", rate_id), data)


@get("/v1/currency-conversions", opt=public(), responses=problems(errors.RateMissing))
async def convert_currency(
    act: NamedDependency[Act],
    amount: Annotated[
        str,
        QueryParameter(
            pattern=r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,3})?$(?!\n)", description="金额 · the amount to convert"
        ),
    ],
    currency: Annotated[str, QueryParameter(pattern=_CODE, description="金额的币种 · its currency")],
    into: Annotated[
        str,
        QueryParameter(
            pattern=_CODE, description="折算为 · the currency to show it in", schema_extra={"examples": ["USD"]}
        ),
    ],
    on: Annotated[date | None, QueryParameter(description="折算日，缺省为今天 · the day; today")] = None,
) -> ConversionView:
    """货币折算 · An amount in another currency by a stored rate of the day or shortly before, and no other."""
    return await queries.conversion(act, Money.of(MoneyView(amount, currency), "/amount"), into, on or act.today)


ROUTES = [enter_rate, list_rates, confirm_rate, refuse_rate, convert_currency]
