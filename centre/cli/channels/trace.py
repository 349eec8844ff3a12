"""`liutong trace`: of which delivery a file comes that somebody found."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from centre.cli.running import configured, run

if TYPE_CHECKING:
    from channels.traces.schemas import TraceResult
    from kernel.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True))
@click.option("--asset", required=True, metavar="AST", help="资产编号 · the asset that the file seems to come of")
@click.option("--table", help="数据表 · the table of the data contract, where several bear marks")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · what was found as one JSON object")
def trace(file: Path, asset: str, table: str | None, as_json: bool) -> None:
    """溯源 · Try FILE against every marked delivery of an asset, and name those that it comes of.

    Nothing is kept of it; POST /v1/traces keeps a record with a signed report. Exit code 0: a delivery is named.
    1: nobody is, or there are not marks enough.
    """
    found = run(_traced(configured(), file, asset, table))
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(found).decode())
    else:
        _tell(found)
    sys.exit(0 if found.named else 1)


def _tell(found: "TraceResult") -> None:
    needed = "—" if found.marks_needed is None else str(found.marks_needed)
    click.echo(
        f"{found.verdict}: {found.rows_told} rows told of {found.rows_read}, {found.marks_seen_most} marks seen,"
        f" {needed} needed, {found.tried} of {found.deliveries} deliveries tried, alpha {found.alpha}"
    )
    if found.key_missing:
        click.echo(f"  the file lacks {', '.join(found.key_missing)}")
    for one in found.named:
        click.echo(
            f"  {one.order_id} {one.agreement_id} {one.buyer}: {one.marks_agreeing} of {one.marks_seen} marks agree,"
            f" by chance {one.chance}"
        )
    if found.chance_of_any is not None:
        click.echo(f"  that any of {found.deliveries} innocent deliveries shows as much: {found.chance_of_any}")
    click.echo(f"{found.meaning.zh}\n{found.meaning.en}")


async def _traced(settings: "Settings", file: Path, asset: str, table: str | None) -> "TraceResult":
    from centre.process import open_runtime
    from channels.traces.jobs import trace_at_once
    from kernel.postgres.database import database
    from migrations import run as migrations

    async with database(settings) as ready:
        await migrations.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime:
            return await trace_at_once(runtime, file, asset, table)
