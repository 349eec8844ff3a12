"""The commands of quality: `liutong score`, `liutong contract check`, `… upgrade`, `… infer`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kernel.text import Lang, Text

KEPT = Text(
    "已保留并公示，不计入得分；服务水平中计入的是某一时间字段的 latency、freshness 与 retention",
    "kept and shown, not counted in the score; of service levels, latency, freshness and retention of a column are",
)


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--contract", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="ODCS v3")
@click.option("--engine", type=click.Choice(["auto", "polars", "duckdb", "spark"]), default="auto", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="the whole scorecard as JSON")
@click.option("--masked", is_flag=True, help="show of values what others would see: those of public columns")
@click.option("--sample", type=click.IntRange(1), help="count rules about single rows in this many rows of each object")
@click.option("--seed", type=int, default=1, show_default=True, help="decides which rows --sample draws")
@click.option("--at-least", type=click.FloatRange(0, 100), help="exit with 1 below this score")
@click.option("--as-of", type=click.DateTime(), help="score as of this moment, in UTC  [now]")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def score(
    files: tuple[str, ...],
    contract: Path,
    engine: str,
    as_json: bool,
    masked: bool,
    sample: int | None,
    seed: int,
    at_least: float | None,
    as_of: datetime | None,
    lang: str,
) -> None:
    """质量评分 · Score FILES (Parquet, CSV, JSONL, XLSX, zip; or OBJECT=FILE) against a data contract, offline.

    A FILE may also be postgresql://user@host/database#schema.table (password in PGPASSWORD) or s3://bucket/key
    (AWS_… variables). The data is yours and its values are shown as they are, unless --masked. Rows are
    records, numbered from the first after any header.

    Exit code 0: scored. 1: scored below --at-least. 2: the contract or a file is faulty.
    """
    from centre.cli.scoring import score_and_tell
    from kernel.time.clock import SystemClock
    from valuation.quality.scoring.sampling import Draw

    moment = as_of.replace(tzinfo=UTC) if as_of else SystemClock().now()
    language: Lang = "zh" if lang == "zh" else "en"
    sys.exit(
        score_and_tell(
            files,
            contract,
            as_of=moment,
            engine=engine,
            as_json=as_json,
            masked=masked,
            at_least=at_least,
            lang=language,
            draw=Draw(sample, seed) if sample else None,
        )
    )


@click.group()
def contract() -> None:
    """数据合同 · Data contracts (ODCS v3)."""


@contract.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def contract_check(file: Path, lang: str) -> None:
    """检查数据合同 · Tell every fault of a data contract with its line and its cure."""
    from centre.cli.scoring import FAULTY, understood

    checked = understood(file, "zh" if lang == "zh" else "en")
    if checked is None:
        sys.exit(FAULTY)
    click.echo(f"✓ {file}: {checked.id} {checked.version}, {sum(len(o.rules) for o in checked.objects)} rules")
    for pointer in checked.unmeasured:
        click.echo(f"– {pointer}: {KEPT.of('zh' if lang == 'zh' else 'en')}")


@contract.command("upgrade")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def contract_upgrade(file: Path, lang: str) -> None:
    """升级数据合同 · Write an ODCS v3.0 or v3.1 contract as v3.2; YAML on stdout, the file stays as it is."""
    from centre.cli.scoring import upgrade_and_tell

    sys.exit(upgrade_and_tell(file, "zh" if lang == "zh" else "en"))


@contract.command("infer")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--id", "name", default="draft", show_default=True, help="id of the contract")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def contract_infer(files: tuple[Path, ...], name: str, lang: str) -> None:
    """起草数据合同 · Draft a contract from the data, for its provider to correct; YAML on stdout."""
    from centre.cli.scoring import infer_and_tell

    sys.exit(infer_and_tell(files, name, "zh" if lang == "zh" else "en"))


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--plan", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="YAML or JSON"
)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="folder to write into")
@click.option("--contract", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="score before and after")
@click.option("--key-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="liutong keys new FILE")
@click.option("--json", "as_json", is_flag=True, help="the whole report as JSON")
@click.option("--as-of", type=click.DateTime(), help="as of this moment, in UTC  [now]")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def desensitise(
    files: tuple[Path, ...],
    plan: Path,
    out: Path,
    contract: Path | None,
    key_file: Path | None,
    as_json: bool,
    as_of: datetime | None,
    lang: str,
) -> None:
    """数据脱敏 · Treat FILES column by column as the plan says, into --out, with a report before and after."""
    from centre.cli.desensitise import desensitise_and_tell
    from kernel.time.clock import SystemClock

    moment = as_of.replace(tzinfo=UTC) if as_of else SystemClock().now()
    language: Lang = "zh" if lang == "zh" else "en"
    options = {"contract_path": contract, "key_file": key_file}
    sys.exit(desensitise_and_tell(files, plan, out, **options, as_of=moment, as_json=as_json, lang=language))
