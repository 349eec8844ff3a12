"""`liutong negotiate`: other terms than those that are listed."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import click

from liutong_client.cli.commands.supply import LIMIT
from liutong_client.cli.output import Column, encoded, text
from liutong_client.cli.session import Session, market

if TYPE_CHECKING:
    from liutong_client import models as m

_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,3})?")
_ROWS: Final = (
    Column("编号", "id", lambda row: row.id),
    Column("商品", "listing", lambda row: row.listing_id),
    Column("状态", "status", lambda row: row.status),
    Column("轮次", "round", lambda row: row.last_round),
    Column("待其行动", "waits for", lambda row: row.owner),
    Column("到期", "due", lambda row: row.due_at),
    Column("条件摘要", "terms", lambda row: row.terms_digest),
    Column("订单", "order", lambda row: row.order_id),
)
_ROUND: Final = Column("本轮条件摘要", "terms of this round", lambda row: row.rounds[-1].terms_digest)
_PRICE: Final = click.option("--price", required=True, metavar="AMOUNT", help="a single price, as 150.00")
_KEY: Final = click.option("--key", help="idempotency key of your own")


@click.group()
def negotiate() -> None:
    """磋商 · Ask for other terms, and answer them."""


@negotiate.command("list")
@click.option("--status", help="only those in this state")
@LIMIT
@market
def negotiate_list(session: Session, *, status: str | None, limit: int) -> None:
    """磋商列表 · Your negotiations, and whose move it is."""
    session.screen.listed(_ROWS, session.client.negotiations.mine(status), limit)


@negotiate.command("show")
@click.argument("negotiation")
@market
def negotiate_show(session: Session, negotiation: str) -> None:
    """磋商详情 · One negotiation, with the digest by which the terms of its last round are accepted."""
    session.screen.one((*_ROWS, _ROUND), session.client.negotiations.get(negotiation))


@negotiate.command("request")
@click.argument("listing")
@_PRICE
@click.option("--purpose", required=True, help="what it is for, as the licence has it")
@click.option("--use-case", default="", help="in your own words")
@_KEY
@market
def request(session: Session, listing: str, *, price: str, purpose: str, use_case: str, key: str | None) -> None:
    """发起磋商 · Ask for a product's listed terms at another price."""
    amount = _amount(price)
    me = session.client.parties.whoami().party.id
    terms = asked_terms(session.client.listings.terms(listing).terms, me, purpose, amount)
    body = {"terms": terms, "purpose": purpose, "use_case": use_case}
    session.screen.one(_ROWS, session.client.negotiations.request(body, key=key))


@negotiate.command("counter")
@click.argument("negotiation")
@_PRICE
@click.option("--note", default="", help="why")
@_KEY
@market
def counter(session: Session, negotiation: str, *, price: str, note: str, key: str | None) -> None:
    """还价 · Answer the terms of the last round with another price."""
    amount = _amount(price)
    last = session.client.negotiations.get(negotiation).rounds[-1]
    terms = at_price(last.terms, amount)
    session.screen.one(_ROWS, session.client.negotiations.counter(negotiation, terms, note=note, key=key))


@negotiate.command("diff")
@click.argument("negotiation")
@click.argument("old", type=click.IntRange(1))
@click.argument("new", type=click.IntRange(1))
@market
def difference(session: Session, negotiation: str, old: int, new: int) -> None:
    """比较两轮 · What changed from one round to another."""
    compared = session.client.negotiations.difference(negotiation, old, new)
    columns = (
        Column("位置", "where", lambda row: row.path),
        Column("原为", "before", lambda row: _shown(row.old)),
        Column("改为", "after", lambda row: _shown(row.new)),
    )
    session.screen.listed(columns, compared.changes)


def _shown(value: Any) -> str:
    return text(value) if value is None or isinstance(value, str) else encoded(value)


@negotiate.command("accept")
@click.argument("negotiation")
@click.option("--digest", required=True, metavar="sha256:HEX", help="of the terms that were read")
@_KEY
@market
def accept(session: Session, negotiation: str, *, digest: str, key: str | None) -> None:
    """承诺 · Agree to exactly the terms of that digest."""
    session.screen.one(_ROWS, session.client.negotiations.accept(negotiation, digest, key=key))


@negotiate.command("end")
@click.argument("negotiation")
@click.option("--reason", required=True)
@click.option("--withdraw", is_flag=True, help="take back what one has asked oneself")
@market
def end_(session: Session, negotiation: str, *, reason: str, withdraw: bool) -> None:
    """终止 · Reject what was asked, or take back what one has asked."""
    session.screen.one(_ROWS, session.client.negotiations.end(negotiation, reason, withdraw=withdraw))


def _amount(price: str) -> Decimal:
    if not _AMOUNT.fullmatch(price):
        raise click.UsageError(f"--price 须为十进制金额，如 150.00 · a decimal amount, as 150.00: {price!r}")
    return Decimal(price)


def at_price(terms: "m.Terms", amount: Decimal) -> "m.Terms":
    """Terms at another single price; raises UsageError where there is none to be put in its place."""
    from msgspec.structs import replace

    from liutong_client import models as m

    if not isinstance(terms.price, m.OneOff):
        raise click.UsageError(
            "此商品没有一口价；请经接口磋商其价格方案 · it has no single price: negotiate its plan over the API"
        )
    money = m.MoneyView(amount=amount, currency=terms.price.amount.currency)
    return replace(terms, price=replace(terms.price, amount=money))


def asked_terms(listed: "m.Terms", party: str, purpose: str, amount: Decimal) -> "m.Terms":
    """Listed terms as one party asks for them, for itself, a purpose and a price."""
    from msgspec.structs import replace

    from liutong_client import models as m

    terms = replace(at_price(listed, amount), consumer=party, purpose=purpose)
    if isinstance(terms.policy, m.UsagePolicy):
        own = [replace(each, recipients=[f"party:{party}"]) for each in terms.policy.permissions]
        terms = replace(terms, policy=replace(terms.policy, permissions=own))
    return terms
