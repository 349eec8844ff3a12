"""`liutong report`: the report of an appraisal in all its forms, without a server."""

import sys
from pathlib import Path

import click

from kernel.text import Lang


@click.command()
@click.argument(
    "appraisal_path", metavar="APPRAISAL.json", type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("report"), show_default=True,
    help="the folder to write into",
)  # fmt: skip
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def report(appraisal_path: Path, out: Path, lang: Lang) -> None:
    """离线出具报告 · Write report.json, .html, .pdf, .xlsx and verifier.py of an appraisal, issued or not.

    APPRAISAL.json is what `liutong appraise --output` writes, an issued document with or without its log proof, or
    {"appraisal": …, "facts": …} with what the report should say beside the numbers.

    Exit code 0: written. 1: the appraisal does not recompute, or cannot be printed. 2: not readable.
    """
    from kernel.documents.checks import FileUnreadable, read_file
    from kernel.errors import DomainError
    from valuation.reports import offline

    try:
        written = offline.write(read_file(appraisal_path), out, lang)
    except offline.Differs as differs:
        click.echo(f"✗ {appraisal_path}: {differs}", err=True)
        sys.exit(1)
    except FileUnreadable as problem:
        click.echo(f"✗ {appraisal_path}: {problem}", err=True)
        sys.exit(2)
    except DomainError as refused:
        click.echo(f"✗ {appraisal_path}: {refused.sentence.of(lang)}", err=True)
        sys.exit(1)
    for path in written:
        click.echo(f"✓ {path}: {path.stat().st_size:,} bytes")
