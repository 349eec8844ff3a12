"""`liutong portfolio` and `liutong back-test`: many assets in one run, past values beside deals, without a server."""

import sys
from pathlib import Path

import click

from kernel.text import Lang, Text

STOPPED = 130
_LEFT_OUT = Text("未比较的成交 {deals} 笔：{why}", "{deals} deals left out: {why}")
_File = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.argument("run", metavar="RUN.toml", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="结果文件夹 · folder of the result  [RUN-result]"
)
@click.option("--workers", type=click.IntRange(1, 256), help="进程数 · processes that value  [one a core]")
@click.option("--restart", is_flag=True, help="重新开始 · begin anew instead of going on")
@click.option("--plain", is_flag=True, help="不显示进度条 · no progress bar, for logs")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def portfolio(run: Path, output: Path | None, workers: int | None, restart: bool, plain: bool, lang: Lang) -> None:
    """组合估值 · Value many assets in one run: what they share counts once, changes since the last run are explained.

    RUN.toml names the terms and a file of assets, one JSON object a line:

    \b
    name = "2026 Q4"                  # 名称
    base_date = 2026-11-23            # 评估基准日
    currency = "CNY"
    assets = "assets.jsonl"           # {"asset", "quality", "inputs", "group"?, "upstream"?: {asset: share}}
    lineage = "lineage.csv"           # optional: child,parent,share
    previous = "2026-Q3-result"       # optional: explain what changed since
    [overlap]                         # 0 … 1: how much of a repeated source counts once only
    value = "0.8"
    source = "…"
    evidence = "…"
    confidence = "medium"
    [correlation.within]              # of the errors of values in one group; likewise [correlation.between]
    value = "0.5"
    …

    Ctrl-C stops the run; the same command goes on where it stopped. A finished run is never written again.

    Exit code 0: all valued. 1: some lines could not be, and are listed. 2: the run itself is faulty. 130: stopped.
    """
    import os

    from rich.console import Console

    from centre.cli import portfolio as portfolios
    from kernel.errors import DomainError

    console, folder = Console(stderr=True, quiet=plain), output or run.with_name(f"{run.stem}-result")
    try:
        result = portfolios.perform(
            run, folder, workers=workers or os.cpu_count() or 1, restart=restart, console=console, lang=lang
        )
    except KeyboardInterrupt:
        resume = {"zh": "已停止；再次运行同一命令即从此处继续。", "en": "stopped; the same command goes on from here."}
        click.echo(resume[lang], err=True)
        sys.exit(STOPPED)
    except DomainError as refused:
        click.echo(f"✗ {run}: {refused.sentence.of(lang)}", err=True)
        for error in refused.errors:
            rule = f" [{error.rule}]" if error.rule else ""
            click.echo(f"  {error.pointer or '/'}: {error.detail.of(lang)}{rule}", err=True)
        sys.exit(2)
    for line in portfolios.result_lines(result, folder, lang):
        click.echo(line)
    sys.exit(1 if result.faulty else 0)


@click.command("back-test")
@click.argument("values", metavar="VALUES.csv", type=_File)
@click.argument("deals", metavar="DEALS.csv", type=_File)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · the result as JSON")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 · language")
def back_test(values: Path, deals: Path, as_json: bool, lang: Lang) -> None:
    """回溯检验 · Put past values beside realised deals of the same assets: median absolute log error by segment.

    VALUES.csv: asset,approach,field,currency,base_date,use_until,value,low,high[,life_years]

    DEALS.csv: asset,field,currency,dated,price[,term_years,exclusive]

    每笔成交只计一次，对照成交前最近一次估值；有 term_years 的为许可，按份额折算，exclusive 为 true 或 false。

    Each deal counts once, against the newest value before it. A deal with term_years is a licence, held against its
    share of the value by life_years; without, the whole asset was sold. n is the number of deals.

    退出码 · Exit code 0: tested. 2: a file cannot be read; each faulty line is told.
    """
    import msgspec

    from kernel.errors import InvalidInput
    from valuation.audit import backtest, files

    try:
        # The rules of the day are the newest that are released; nothing here is stored.
        newest = backtest.POLICY.versions[-1].meta.effective_from
        comparison = backtest.compared(files.values(values), files.deals(deals), newest)
    except InvalidInput as refused:
        for error in refused.errors:
            click.echo(f"✗ {error.pointer}: {error.detail.of(lang)}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(msgspec.json.encode(comparison).decode())
        return
    click.echo(f"{'':<28}{'n':>6}{'error':>9}{'90 %':>18}{'field':>9}{'global':>9}{'bias':>9}{'covered':>9}")
    for each in comparison.segments:
        interval = "-" if each.error_low is None else f"{each.error_low:.3f} - {each.error_high:.3f}"
        naive = [
            "-" if guess is None else f"{guess:.3f}" for guess in (each.field_median_error, each.global_median_error)
        ]
        click.echo(
            f"{each.segment:<28}{each.deals:>6}{each.error:>9.3f}{interval:>18}{naive[0]:>9}{naive[1]:>9}"
            f"{each.bias:>+9.3f}{each.covered:>9.0%}"
        )
    for left in comparison.left_out:
        click.echo(_LEFT_OUT.of(lang, deals=left.deals, why=left.why.of(lang)))
    click.echo(comparison.method.of(lang))
