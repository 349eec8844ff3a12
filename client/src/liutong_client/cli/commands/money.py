"""`liutong payouts`: what the centre pays out to a provider."""

from typing import Final

import click

from liutong_client.cli.commands.supply import LIMIT
from liutong_client.cli.output import Column
from liutong_client.cli.session import Session, market

_ROWS: Final = (
    Column("编号", "id", lambda row: row.id),
    Column("金额", "amount", lambda row: row.amount),
    Column("状态", "status", lambda row: row.status),
    Column("应付日", "due", lambda row: row.due_at),
    Column("到账日", "confirmed", lambda row: row.confirmed_on),
    Column("退回原因", "returned for", lambda row: row.bank_reason),
)


@click.group()
def payouts() -> None:
    """付款结算 · What is paid out to you."""


@payouts.command("list")
@LIMIT
@market
def payouts_list(session: Session, *, limit: int) -> None:
    """付款列表 · Your payouts, newest first."""
    from liutong_client import operations

    session.screen.listed(_ROWS, session.client.iterate(operations.list_payouts), limit)


@payouts.command("show")
@click.argument("payout")
@market
def payouts_show(session: Session, payout: str) -> None:
    """付款详情 · One payout, and where it is."""
    from liutong_client import operations

    session.screen.one(_ROWS, session.client.call(operations.get_payout, payout_id=payout))


@payouts.command("accounts")
@LIMIT
@market
def payouts_accounts(session: Session, *, limit: int) -> None:
    """收款账户 · The accounts that you are paid at."""
    from liutong_client import operations

    columns = (
        Column("编号", "id", lambda row: row.id),
        Column("户名", "holder", lambda row: row.holder),
        Column("账号", "number", lambda row: row.number),
        Column("状态", "status", lambda row: row.status),
        Column("可用时间", "usable from", lambda row: row.usable_from),
    )
    session.screen.listed(columns, session.client.iterate(operations.list_payee_accounts), limit)
