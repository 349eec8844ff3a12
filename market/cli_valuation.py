"""`liutong portfolio`: valuing many assets in one run, without a server."""

import sys
from pathlib import Path

import click

from kernel.text import Lang

STOPPED = 130


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

    from kernel.errors import DomainError
    from market import portfolio as portfolios

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
        click.echo(f"✗ {run}: {refused.detail.of(lang, **refused.facts)}", err=True)
        for error in refused.errors:
            rule = f" [{error.rule}]" if error.rule else ""
            click.echo(f"  {error.pointer or '/'}: {error.detail.of(lang)}{rule}", err=True)
        sys.exit(2)
    for line in portfolios.told(result, folder, lang):
        click.echo(line)
    sys.exit(1 if result.faulty else 0)
