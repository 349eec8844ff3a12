"""`liutong comparables import FILE`: asking prices from other platforms' listings enter the register of evidence."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kernel.settings import Settings
    from valuation.market_evidence.commands import Imported


@click.group()
def comparables() -> None:
    """可比案例 · Market evidence: realised trades enter by themselves, asking prices are imported."""


@comparables.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="the day on which the prices were seen")
@click.option(
    "--tax-basis",
    type=click.Choice(["pre-tax", "post-tax"]),
    default="pre-tax",
    show_default=True,
    help="what a price is before or after",
)
def import_(files: tuple[Path, ...], as_of: datetime, tax_basis: str) -> None:
    """导入挂牌价 · Import listings (CSV) as asking prices, each once; a file that is faulty is not imported at all.

    Exit code 0: imported. 2: a file is faulty, and nothing of it is kept.
    """
    from centre.cli.running import configured, run
    from valuation.market_evidence.listings import REASONS, FileFaulty

    settings, faulty = configured(), False
    with click.progressbar(files, label="导入 · importing", file=sys.stderr) as bar:
        for path in bar:
            try:
                counts = run(_imported(settings, path, as_of.date(), tax_basis))
            except FileFaulty as problem:
                click.echo(f"✗ {path}: {problem}", err=True)
                faulty = True
                continue
            click.echo(f"✓ {path.name}: {counts.read} listings read, {counts.new} new, {counts.known} known already")
            for reason, count in sorted(counts.skipped.items()):
                why = REASONS[reason]
                click.echo(f"    {count} {why.zh} · {why.en}")
    sys.exit(2 if faulty else 0)


async def _imported(settings: "Settings", path: Path, as_of: date, tax_basis: str) -> "Imported":
    from centre.process import open_runtime
    from kernel.postgres.database import database
    from migrations import run
    from valuation.market_evidence.commands import import_listings

    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, runtime.act() as act:
            return await import_listings(act, path, as_of, tax_basis)
