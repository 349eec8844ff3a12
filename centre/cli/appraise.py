"""`liutong appraise`, `report` and `rules diff`: valuing a file, its report, comparing rule sets, without a server."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from kernel.text import Lang, Text

if TYPE_CHECKING:
    from valuation.appraisal.calculations.calculation import Calculation
    from valuation.appraisal.engine.result import Appraisal

BYTES_MAX: Final = 16 * 1024 * 1024
_File = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument(
    "path", metavar="[INPUT.json]", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False
)
@click.option("--output", type=_File, help="结果写入文件 · write the result as canonical JSON, for the verifier")
@click.option("--verifier", type=_File, help="写出独立核验程序 · write the stand-alone verifier: one Python file")
@click.option(
    "--tornado",
    is_flag=True,
    help="各参数的影响，名称与 what-if、simulation 相同 · what moves the value, by the names that these take",
)
@click.option(
    "--example", type=click.Choice(["cost", "study", "price-cap"]), help="输入示例 · print an input to begin with"
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 · language")
def appraise(
    path: Path | None, output: Path | None, verifier: Path | None, tornado: bool, example: str | None, lang: Lang
) -> None:
    """离线估值 · Value INPUT.json by the approaches that it states, every step in the open.

    第一次使用：liutong appraise --example study > input.json，修改后运行 liutong appraise input.json。

    To begin: liutong appraise --example study > input.json, change it, then liutong appraise input.json.

    退出码 · Exit code 0: valued. 1: parameters break the rule set; each is listed. 2: not readable.
    """
    if path is None and verifier is None and example is None:
        raise click.UsageError("name INPUT.json, or --example KIND, or --verifier FILE")
    if example is not None:
        from valuation.appraisal.offline.examples import EXAMPLES

        click.echo(json.dumps(EXAMPLES[example], ensure_ascii=False, indent=2))
    if verifier is not None:
        from valuation.appraisal.standalone import build

        click.echo(f"✓ {verifier}: {build.write(verifier):,} bytes; python3 -I {verifier} REPORT.json")
    if path is not None:
        _value(path, output, tornado, lang)


def _value(path: Path, output: Path | None, tornado: bool, lang: Lang) -> None:
    from kernel.crypto import canonical
    from kernel.errors import DomainError, InvalidInput
    from valuation.appraisal.offline import input_file

    try:
        result = input_file.computed(_read(path))
    except (msgspec.DecodeError, OSError, RecursionError, ValueError) as problem:
        unreadable = Text(f"不是可读的 JSON：{problem}", f"it is no readable JSON: {problem}")
        click.echo(f"✗ {path}: {unreadable.of(lang)}", err=True)
        sys.exit(2)
    except DomainError as refused:
        unreadable = Text("内容无法读取，请更正下列各处", "it cannot be read; correct what is listed")
        reason = unreadable if isinstance(refused, InvalidInput) else refused.sentence
        click.echo(f"✗ {path}: {reason.of(lang)}", err=True)
        for error in refused.errors:
            click.echo(
                f"  {error.pointer or '/'}: {error.detail.of(lang)}{f' [{error.rule}]' if error.rule else ''}", err=True
            )
        sys.exit(2 if isinstance(refused, InvalidInput) else 1)
    _tell(result, tornado, lang)
    if output is not None:
        output.write_bytes(canonical.dumps(result))


def _read(path: Path) -> Any:
    """The file as JSON, strictly: no duplicate meaning, no NaN, nothing nested without end."""
    if path.stat().st_size > BYTES_MAX:
        raise ValueError(f"more than {BYTES_MAX} bytes")
    return msgspec.json.decode(path.read_bytes())


def _tell(outcome: "Appraisal | Calculation", tornado: bool, lang: Lang) -> None:
    from valuation.appraisal.engine.result import Appraisal

    for step in outcome.trace:
        click.echo(f"  {step.id:<14} {step.label.of(lang)}: {step.formula} = {step.result}  [{step.rule}]")
    if isinstance(outcome, Appraisal):
        click.echo(f"{outcome.value.amount} {outcome.value.currency}  ({outcome.low.amount} - {outcome.high.amount})")
        for note in outcome.notes:
            click.echo(f"  · {note.of(lang)}")
        if tornado:
            _tornado(outcome)
    else:
        for name, result in outcome.results.items():
            click.echo(f"{name} = {result}")
        for finding in outcome.findings:
            click.echo(f"  · {finding.of(lang)}")
    click.echo(outcome.label.of(lang))


def _tornado(appraisal: "Appraisal") -> None:
    from valuation.appraisal.analysis import sensitivity

    for down, up in sensitivity.tornado(appraisal.trace):
        base = Decimal(appraisal.value.amount)
        click.echo(f"  {down.driver:<44} {down.by:+}: {down.value - base:+,}   {up.by:+}: {up.value - base:+,}")


@click.group()
def rules() -> None:
    """评估规则集 · Released rule sets of appraisal."""


@rules.command("diff")
@click.argument("first")
@click.argument("second")
def rules_diff(first: str, second: str) -> None:
    """比较规则集 · Say what two rule sets, by version or file, hold differently, number by number.

    例 · such as: liutong rules diff 2026-11 2026-11.1; a + is held by the second only, a - by the first only.

    退出码 · Exit code 0: the same. 1: they differ. 2: one of them cannot be read.
    """
    from valuation.appraisal.offline.rule_set_diff import differences, read

    try:
        faults = list(differences(read(first), read(second)))
    except (LookupError, OSError, RecursionError, ValueError) as problem:
        click.echo(f"✗ {problem.args[0] if isinstance(problem, LookupError) and problem.args else problem}", err=True)
        sys.exit(2)
    for each in faults:
        if each.first is None:
            click.echo(f"+ {each.place}: {each.second}")
        elif each.second is None:
            click.echo(f"- {each.place}: {each.first}")
        else:
            click.echo(f"~ {each.place}: {each.first} → {each.second}")
    sys.exit(1 if faults else 0)


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
