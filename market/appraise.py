"""`liutong appraise` and `liutong rules diff`: valuing a file and comparing rule sets, without a server."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kernel.text import Lang

if TYPE_CHECKING:
    from valuation.appraisal.engine.calculation import Calculation
    from valuation.appraisal.schemas import Appraisal

_File = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument(
    "given", metavar="[INPUT.json]", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False
)
@click.option("--output", type=_File, help="write the result as canonical JSON, for `--verifier` to recompute")
@click.option("--verifier", type=_File, help="write the stand-alone verifier: one Python file, standard library only")
@click.option("--tornado", is_flag=True, help="show what moves the value most")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def appraise(given: Path | None, output: Path | None, verifier: Path | None, tornado: bool, lang: Lang) -> None:
    """离线估值 · Value INPUT.json by the approaches that it states, every step in the open.

    Exit code 0: valued. 1: parameters break the rule set; each is listed. 2: not readable.
    """
    if given is None and verifier is None:
        raise click.UsageError("name INPUT.json, or --verifier FILE")
    if verifier is not None:
        from valuation.appraisal.standalone import build

        click.echo(f"✓ {verifier}: {build.write(verifier):,} bytes; python3 -I {verifier} REPORT.json")
    if given is not None:
        _value(given, output, tornado, lang)


def _value(given: Path, output: Path | None, tornado: bool, lang: Lang) -> None:
    from kernel import canonical
    from kernel.errors import DomainError, InvalidInput
    from valuation.appraisal import offline

    try:
        found = offline.run(json.loads(given.read_bytes()))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as problem:
        click.echo(f"✗ {given}: {problem}", err=True)
        sys.exit(2)
    except DomainError as refused:
        click.echo(f"✗ {given}: {refused.detail.of(lang, **refused.facts)}", err=True)
        for error in refused.errors:
            click.echo(
                f"  {error.pointer}: {error.detail.of(lang)}{f' [{error.rule}]' if error.rule else ''}", err=True
            )
        sys.exit(2 if isinstance(refused, InvalidInput) else 1)
    _tell(found, tornado, lang)
    if output is not None:
        output.write_bytes(canonical.dumps(found))


def _tell(found: "Appraisal | Calculation", tornado: bool, lang: Lang) -> None:
    from valuation.appraisal.schemas import Appraisal

    for step in found.trace:
        click.echo(f"  {step.id:<14} {step.label.of(lang)}: {step.formula} = {step.result}  [{step.rule}]")
    if isinstance(found, Appraisal):
        click.echo(f"{found.value.amount} {found.value.currency}  ({found.low.amount} - {found.high.amount})")
        for note in found.notes:
            click.echo(f"  · {note.of(lang)}")
        if tornado:
            _tornado(found)
    else:
        for name, result in found.results.items():
            click.echo(f"{name} = {result}")
        for finding in found.findings:
            click.echo(f"  · {finding.of(lang)}")
    click.echo(found.label.of(lang))


def _tornado(found: "Appraisal") -> None:
    from valuation.appraisal.engine import sensitivity

    for down, up in sensitivity.tornado(found.trace):
        base = Decimal(found.value.amount)
        click.echo(f"  {down.driver:<44} {down.by:+}: {down.value - base:+,}   {up.by:+}: {up.value - base:+,}")


@click.group()
def rules() -> None:
    """评估规则集 · Released rule sets of appraisal."""


@rules.command("diff")
@click.argument("first")
@click.argument("second")
def rules_diff(first: str, second: str) -> None:
    """比较规则集 · Say what two rule sets, by version or file, hold differently; exit code 1 when they do."""
    from valuation.appraisal.differences import differences, read

    try:
        found = list(differences(read(first), read(second)))
    except (LookupError, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    for each in found:
        if each.first is None:
            click.echo(f"+ {each.place}: {each.second}")
        elif each.second is None:
            click.echo(f"- {each.place}: {each.first}")
        else:
            click.echo(f"~ {each.place}: {each.first} → {each.second}")
    sys.exit(1 if found else 0)
