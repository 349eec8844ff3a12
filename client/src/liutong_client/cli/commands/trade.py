"""`liutong search`, `buy`, `orders`, `agreement`, `sign`, `pay`, `download`, `accept`: the buyer's way."""

from pathlib import Path
from typing import Any, Final

import click

from liutong_client.cli.commands.supply import FILE, LIMIT, TIMEOUT
from liutong_client.cli.output import Column, clean, text
from liutong_client.cli.session import UNPROVEN, Session, end, market

_FOUND: Final = (
    Column("编号", "id", lambda row: row.id),
    Column("名称", "title", lambda row: row.title_zh, lambda row: row.title_en),
    Column("提供方", "provider", lambda row: row.provider.name),
    Column("价格", "price", lambda row: row.price or row.price_kind),
    Column("质量", "quality", lambda row: row.quality and row.quality.grade),
    Column("条数", "rows", lambda row: row.row_count),
)
_ORDERS: Final = (
    Column("编号", "id", lambda row: row.id),
    Column("名称", "title", lambda row: row.title_zh, lambda row: row.title_en),
    Column("状态", "status", lambda row: row.status),
    Column("价款", "price", lambda row: row.price),
    Column("用途", "purpose", lambda row: row.purpose),
    Column("下单时间", "placed", lambda row: row.placed_at),
)
_KEY: Final = click.option("--key", help="idempotency key of your own: one key, one deed, however often it is sent")
_YES: Final = click.option("--yes", "-y", is_flag=True, help="do not ask")


@click.command()
@click.argument("words", nargs=-1)
@LIMIT
@market
def search(session: Session, words: tuple[str, ...], *, limit: int) -> None:
    """检索商品 · What is on the shelf, best first; nobody needs to sign in."""
    session.screen.listed(_FOUND, session.anybody.listings.search(" ".join(words) or None), limit)


@click.command()
@click.argument("listing")
@click.option("--purpose", required=True, help="what it is for, as the licence has it")
@click.option("--use-case", default="", help="in your own words")
@_KEY
@_YES
@market
def buy(session: Session, listing: str, *, purpose: str, use_case: str, key: str | None, yes: bool) -> None:
    """下单 · Order a product at its listed price; the agreement is read and signed after that."""
    offered = session.client.listings.get(listing)
    price = text(offered.price) if offered.price is not None else offered.price_kind
    screen = session.screen
    title = screen.of(offered.title_zh, offered.title_en)
    screen.say(f"{title} · {offered.provider.name} · {price}", f"{title} · {offered.provider.name} · {price}")
    session.ask(screen.of("下单？", "order it?"), "--yes", assent=yes)
    order = session.client.orders.place(listing, purpose, use_case=use_case, key=key)
    screen.one(_ORDERS, order)
    screen.say(
        f"接下来：liutong agreement {order.id}，阅读后 liutong sign {order.id} --signing-key FILE --digest sha256:…",
        f"next: liutong agreement {order.id}; once read, liutong sign {order.id} --signing-key FILE --digest sha256:…",
    )


@click.group()
def orders() -> None:
    """订单 · Your orders, as buyer and as seller."""


@orders.command("list")
@click.option("--status", help="only those in this state")
@LIMIT
@market
def orders_list(session: Session, *, status: str | None, limit: int) -> None:
    """订单列表 · Your orders, newest first."""
    session.screen.listed(_ORDERS, session.client.orders.mine(status), limit)


@orders.command("show")
@click.argument("order")
@market
def orders_show(session: Session, order: str) -> None:
    """订单详情 · One order."""
    session.screen.one(_ORDERS, session.client.orders.get(order))


@orders.command("wait")
@click.argument("order")
@click.option("--until", type=click.Choice(["paid", "delivered", "accepted", "settled"]), required=True)
@TIMEOUT
@market
def orders_wait(session: Session, order: str, *, until: str, timeout: float) -> None:
    """等待 · Until an order is as far on its way; exit code 5 where that takes too long."""
    session.screen.one(_ORDERS, session.client.orders.wait(order, until, timeout_seconds=timeout))


@orders.command("cancel")
@click.argument("order")
@click.option("--reason", required=True)
@_KEY
@market
def orders_cancel(session: Session, order: str, *, reason: str, key: str | None) -> None:
    """取消订单 · End an order that is not paid."""
    session.screen.one(_ORDERS, session.client.orders.cancel(order, reason, key=key))


@click.command()
@click.argument("order")
@market
def agreement(session: Session, order: str) -> None:
    """阅读合同 · The agreement of an order, with the digest by which it is signed."""
    drafted = session.client.orders.agreement(order)
    if session.screen.format == "table":
        words: Any = drafted.content.get(session.screen.of("text_zh", "text_en"), "")
        click.echo(clean(str(words)))
    columns = (
        Column("合同", "agreement", lambda row: row.id),
        Column("状态", "status", lambda row: row.status),
        Column("摘要", "digest", lambda row: row.digest),
    )
    session.screen.one(columns, drafted)


@click.command()
@click.argument("order")
@click.option("--signing-key", required=True, type=FILE, help="as `liutong keys new FILE` made it; it stays here")
@click.option("--digest", required=True, metavar="sha256:HEX", help="of the agreement that was read")
@market
def sign(session: Session, order: str, *, signing_key: Path, digest: str) -> None:
    """签署合同 · Sign the agreement of an order that was read, and no other."""
    from liutong_client.signing import SigningKey

    try:
        key = SigningKey.read(signing_key)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    signed = session.client.orders.sign(order, key, digest=digest)
    columns = (
        Column("合同", "agreement", lambda row: row.id),
        Column("状态", "status", lambda row: row.status),
        Column("已签署", "signed by", lambda row: [each.party for each in row.signatures]),
    )
    session.screen.one(columns, signed)


@click.command()
@click.argument("order")
@_KEY
@_YES
@market
def pay(session: Session, order: str, *, key: str | None, yes: bool) -> None:
    """付款 · Open the payment of an order by bank transfer; what is to be transferred is told."""
    price = text(session.client.orders.get(order).price)
    session.ask(session.screen.of(f"支付 {price}？", f"pay {price}?"), "--yes", assent=yes)
    opened = session.client.orders.pay(order, key=key)
    columns = [
        Column("付款", "payment", lambda row: row.id),
        Column("状态", "status", lambda row: row.status),
        Column("金额", "amount", lambda row: row.amount),
    ]
    if opened.instructions is not None:
        columns += [
            Column("收款户名", "to", lambda row: row.instructions.account_name),
            Column("收款账号", "account", lambda row: row.instructions.account_number),
            Column("开户行", "bank", lambda row: row.instructions.bank),
            Column("附言", "reference", lambda row: row.instructions.reference),
            Column("说明", "note", lambda row: row.instructions.note),
        ]
    session.screen.one(columns, opened)


@click.command()
@click.argument("order")
@click.option("--to", default=Path(), type=click.Path(path_type=Path, file_okay=False), help="folder  [this one]")
@click.option("--receipt", is_flag=True, help="state the digests to the centre, which issues the receipt")
@click.option("--trust", type=FILE, help="check the purchase's documents by these keys, as GET /v1/trust gave them")
@click.option("--pin", metavar="sha256:HEX", help="digest that the trust file must have")
@click.option("--force", is_flag=True, help="replace files of other content that have the names of what is fetched")
@market
def download(
    session: Session, order: str, *, to: Path, receipt: bool, trust: Path | None, pin: str | None, force: bool
) -> None:
    """下载 · Fetch what was bought, going on where it broke off; exit code 6 where a digest or a proof fails.

    A file of other content under a name of what is fetched is left as it is, with exit code 1, but with --force.
    """
    from liutong_client.cli.progress import Progress

    if pin is not None and trust is None:
        raise click.UsageError("--pin 须与 --trust 同用 · --pin goes with --trust")
    keys = None if trust is None else _trust(trust, pin)
    with Progress(session.screen) as progress:
        paths = session.client.orders.download(order, to, progress=progress, overwrite=force)
    session.screen.listed(
        (Column("文件", "file", str), Column("字节", "bytes", lambda path: path.stat().st_size)), paths
    )
    if receipt:
        stated = session.client.orders.receive(order, paths)
        session.screen.say(f"收讫凭证 {stated.receipt_id}", f"receipt {stated.receipt_id}")
    if keys is not None:
        proof = session.client.orders.verify(order, keys, paths)
        for check in proof.checks:
            session.screen.say(f"{_mark(check.holds)} {check.zh}", f"{_mark(check.holds)} {check.en}")
        for name, report in proof.reports.items():
            session.screen.say(f"{_mark(report.holds)} {name}", f"{_mark(report.holds)} {name}")
        if not proof.holds:
            for failure in proof.failures:
                session.screen.say(failure, failure)
            end(UNPROVEN)


def _mark(holds: bool | None) -> str:
    return "–" if holds is None else "✓" if holds else "✗"


def _trust(path: Path, pin: str | None) -> Any:
    """The keys to go by; ends the command where they are not those of the pin."""
    from liutong_client.verification.trust import Trust

    try:
        return Trust.read(path, pin=pin)
    except ValueError as problem:
        click.echo(f"✗ {path}: {problem}", err=True)
        end(UNPROVEN)


@click.command()
@click.argument("order")
@_KEY
@_YES
@market
def accept(session: Session, order: str, *, key: str | None, yes: bool) -> None:
    """验收 · Accept what was delivered: the money goes to the provider."""
    price = text(session.client.orders.get(order).price)
    question = session.screen.of(f"验收并放款 {price}？", f"accept it, and release {price}?")
    session.ask(question, "--yes", assent=yes)
    session.screen.one(_ORDERS, session.client.orders.accept(order, key=key))
