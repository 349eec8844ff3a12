"""Reading exchange rates, and converting by the one that counts; rates are public."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from kernel.act import Act
from kernel.errors import FieldError, InvalidInput
from kernel.money import EXPONENTS, MINOR_MAX, Money
from kernel.text import Text
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.exchange_rates import rules
from market.exchange_rates.errors import RateMissing
from market.exchange_rates.models import ExchangeRate
from market.exchange_rates.rules import POLICY, Rate
from market.exchange_rates.schemas import ConversionView, RateView
from market.exchange_rates.states import RateState


def view(row: ExchangeRate) -> RateView:
    """A rate for the wire."""
    plain = f"{row.rate:f}"
    return shown(row, RateView, rate=plain.rstrip("0").rstrip(".") if "." in plain else plain)


def of_pair(one: str, other: str) -> ColumnElement[bool]:
    """Rates between two currencies, whichever is the base."""
    pairs = ((one, other), (other, one))
    return or_(*(and_(ExchangeRate.base == base, ExchangeRate.quote == quote) for base, quote in pairs))


async def rates(
    act: Act, pair: tuple[str, str] | None, status: str | None, limit: int, cursor: str | None
) -> Page[RateView]:
    """Rates, the newest entry first."""
    query = select(ExchangeRate)
    if pair is not None:
        query = query.where(of_pair(*pair))
    if status is not None:
        query = query.where(ExchangeRate.status == RateState(status))
    rows = await fetch(act.session, query, ExchangeRate.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(view)


async def conversion(act: Act, money: Money, into: str, on: date) -> ConversionView:
    """An amount in another currency by the stored rate that counts on a day; raises RateMissing, and InvalidInput."""
    if into not in EXPONENTS or into == money.currency:
        text = Text("应为另一种受支持的币种", f"Name another currency, of {', '.join(EXPONENTS)}")
        raise InvalidInput(errors=[FieldError("/into", text)])
    policy = POLICY.at(act.today)
    age = policy.body.age_days_max
    confirmed = select(ExchangeRate).where(
        of_pair(money.currency, into), ExchangeRate.status == RateState.CONFIRMED, ExchangeRate.dated <= on
    )
    row = await act.session.scalar(confirmed.order_by(ExchangeRate.dated.desc(), ExchangeRate.id.desc()).limit(1))
    if row is None or on - row.dated > timedelta(days=age):
        newest = "-" if row is None else row.dated.isoformat()
        raise RateMissing(base=money.currency, quote=into, on=on.isoformat(), age_days_max=age, newest=newest)
    found = rules.converted(money, Rate(row.base, row.quote, row.rate))
    if abs(found.minor) > MINOR_MAX:
        raise InvalidInput(errors=[FieldError("/amount", Text("金额过大", "The amount is too large"))])
    return ConversionView(money.view(), found.view(), on, view(row), policy.ref)
