"""`liutong desensitise`: treat files by a plan on this machine, without server and database, and tell what was done."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from centre.cli.scoring import FAULTY, SCORED, understood
from kernel.crypto import canonical, signing
from kernel.errors import DomainError
from kernel.text import Lang
from kernel.time.clock import day_in_china
from valuation.quality.desensitisation import plan as plans
from valuation.quality.desensitisation.treatment.apply import desensitise
from valuation.quality.desensitisation.treatment.report import Report
from valuation.quality.policy import policies

REPORT = "desensitisation-report.json"


def desensitise_and_tell(
    files: Sequence[Path],
    plan_path: Path,
    out: Path,
    *,
    contract_path: Path | None,
    key_file: Path | None,
    as_of: datetime,
    as_json: bool,
    lang: Lang,
) -> int:
    """Write the treated files and the report into `out`, tell it on stdout; gives the exit code."""
    contract = understood(contract_path, lang) if contract_path is not None else None
    if contract_path is not None and contract is None:
        return FAULTY
    by_name = {path.name: path for path in files}
    if len(by_name) < len(files) or any(path.resolve().parent == out.resolve() for path in files):
        words = ("文件名须各不相同，且输出目录须另选", "Files need names of their own, and another folder to go to")
        click.echo(f"✗ {words[0 if lang == 'zh' else 1]}", err=True)
        return FAULTY
    try:
        report = desensitise(
            plans.read(plan_path.read_bytes()),
            by_name,
            out,
            key=_key(key_file),
            as_of=as_of,
            policy=policies().at(day_in_china(as_of)),
            contract=contract,
        )
    except DomainError as refused:
        _refuse(refused, plan_path, lang)
        return FAULTY
    except ValueError as problem:
        click.echo(f"✗ {problem}", err=True)
        return FAULTY
    (out / REPORT).write_bytes(canonical.dumps(report))
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
    else:
        _tell(report, out, lang)
    return SCORED


def _key(path: Path | None) -> bytes | None:
    """The secret of a key file as `liutong keys new` writes it; raises ValueError."""
    if path is None:
        return None
    signing.load(path)
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _refuse(refused: DomainError, plan_path: Path, lang: Lang) -> None:
    click.echo(f"✗ {refused.title.of(lang)}: {refused.sentence.of(lang)} [{refused.rule}]", err=True)
    for error in refused.errors:
        click.echo(f"  {plan_path}: {error.pointer.removeprefix('/plan') or '/'}: {error.detail.of(lang)}", err=True)


def _tell(report: Report, out: Path, lang: Lang) -> None:
    zh, console = lang == "zh", Console(highlight=False, soft_wrap=True)
    for file in report.files:
        rows = f"{file.rows_before:,} → {file.rows_after:,}"
        console.print(f"[bold]{escape(str(out / file.file))}[/] · {rows} {'条记录' if zh else 'rows'}")
    heads = ("字段", "算子", "改变的记录", "无法识别（已删除）") if zh else ("Column", "Operator", "Changed", "Removed")
    table = Table(*heads, box=None)
    for column in report.columns:
        name = escape(f"{column.object}.{column.column}")
        table.add_row(name, column.operator, f"{column.rows_changed:,}", f"{column.unreadable:,}")
    console.print(table)
    for name, after in report.after.privacy.items():
        before = report.before.privacy.get(name)
        k = "—" if before is None else str(before.anonymity)
        closeness = " ".join(f"{escape(s.column)}: l = {s.diversity}, t = {s.closeness}" for s in after.sensitive)
        console.print(f"{escape(name)}: k = {k} → {after.anonymity} {closeness}")
    if report.score_before is not None and report.score_after is not None:
        console.print(f"{'得分' if zh else 'Score'}: {report.score_before.score} → {report.score_after.score}")
    for reason in report.verdict.reasons:
        console.print(f"! {escape(reason.of(lang))}")
    console.print(report.verdict.note.of(lang))
