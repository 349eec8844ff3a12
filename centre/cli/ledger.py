"""`liutong ledger`: the books proved, and written for a bookkeeping program that others wrote."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from centre.cli.running import FILE, configured, run

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from kernel.settings import Settings
    from market.ledger.exports import Form
    from market.ledger.queries import Period
    from market.reconciliation import Report

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def ledger() -> None:
    """账簿 · The books."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · what was found as one JSON object")
def check(as_json: bool) -> None:
    """核对账簿 · Recompute every balance from the postings and report what does not agree.

    Exit code 0: the books hold. 1: something does not, and is listed.
    """
    report = run(_checked(configured()))
    if as_json:
        from market.reconciliation import as_json as written

        click.echo(written(report))
        sys.exit(1 if report.faults else 0)
    click.echo(f"{report.entries} entries, {report.postings} postings")
    for row in report.trial:
        click.echo(f"  {row.currency}: difference {row.difference_minor} minor units")
    for fault in report.faults:
        click.echo(f"✗ {fault.subject}: {fault.detail.zh} · {fault.detail.en}")
    sys.exit(1 if report.faults else 0)


@ledger.command()
@click.option("--since", type=DAY, help="记账日不早于 · entries that count for this day or later")
@click.option("--until", type=DAY, help="记账日不晚于 · entries that count for this day or earlier")
@click.option("--format", "form", type=click.Choice(["hledger", "csv"]), default="hledger", show_default=True)
@click.option("--output", type=FILE, help="写入文件 · the file to write  [standard output]")
def export(since: datetime | None, until: datetime | None, form: "Form", output: Path | None) -> None:
    """导出账簿 · Write the books of a period as a journal that hledger reads and checks, or as CSV.

    hledger -f FILE check -s   checks every account, currency and closing balance.
    """
    from market.ledger.queries import Period

    period = Period(since and since.date(), until and until.date())
    run(_exported(configured(), form, period, output))


async def _checked(settings: "Settings") -> "Report":
    from market.reconciliation import check as checked

    async with _books(settings) as session:
        return await checked(session)


async def _exported(settings: "Settings", form: "Form", period: "Period", output: Path | None) -> None:
    from market.ledger import exports

    async with _books(settings) as session:
        await exports.from_one_moment(session)
        with click.open_file("-" if output is None else str(output), "w", encoding="utf-8") as file:
            async for part in exports.parts(session, form, period):
                file.write(part)


@asynccontextmanager
async def _books(settings: "Settings") -> "AsyncIterator[AsyncSession]":
    from centre.process import open_runtime
    from kernel.postgres.database import database
    from migrations import run as migrations

    async with database(settings) as ready:
        await migrations.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, runtime.sessions() as session:
            yield session
