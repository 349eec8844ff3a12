"""The command line: `liutong --help`.

Heavy imports wait until a command needs them, so that `liutong verify` starts at once and needs no database driver.
"""

import sys
from pathlib import Path
from typing import Any, Final

import click

from centre.cli import appraise
from centre.cli.channels.trace import trace
from centre.cli.comparables import comparables
from centre.cli.keys import keys
from centre.cli.ledger import ledger
from centre.cli.market.carried import Carrying
from centre.cli.people.members import members
from centre.cli.quality import contract, desensitise, score
from centre.cli.running import FILE, FOLDER, configured, run, variable
from centre.cli.valuation import back_test, portfolio
from kernel.text import Lang


@click.group(cls=Carrying, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="liutong")
def main() -> None:
    """流通 Liutong: the backend of a data circulation centre (数据流通中心).

    Settings come from LIUTONG_… environment variables; `liutong doctor` lists what is missing.
    """


@main.command()
@click.option("--host", help="address to listen on  [LIUTONG_HOST]")
@click.option("--port", type=click.IntRange(1, 65535), help="port to listen on  [LIUTONG_PORT]")
@click.option("--worker/--no-worker", default=True, help="run the worker inside this process")
@click.option("--seed", is_flag=True, help="fill an empty sandbox with parties and a listing first")
def serve(host: str | None, port: int | None, worker: bool, seed: bool) -> None:
    """启动接口服务 · Serve the API, with docs at /docs."""
    from centre import server

    run(server.serve(configured(host=host, port=port), worker=worker, seed=seed))


@main.command()
def worker() -> None:
    """启动后台任务进程 · Run a worker of its own; start as many as you need."""
    from centre import server

    run(server.work(configured()))


@main.command()
def migrate() -> None:
    """升级数据库结构 · Bring the database to the newest schema."""
    from centre import server

    run(server.migrate(configured()))
    click.echo("数据库结构已是最新 · the schema is up to date")


@main.command()
def seed() -> None:
    """填充沙箱 · Fill an empty sandbox with the centre, its officers, a provider, a buyer, a valuer and a listing."""
    from centre import server

    click.echo(run(server.seed_only(configured())))


@main.command()
@click.option("--uscc", required=True, help="the centre's unified social credit code")
@click.option("--name", required=True, help="the centre's name")
@click.option("--email", required=True, help="where the centre is reached")
def found(uscc: str, name: str, email: str) -> None:
    """建立中心 · Found the centre, once, and print the operator's key, this once."""
    from centre import server

    click.echo(run(server.found(configured(), uscc, name, email)))


@main.command()
@click.option("--output", type=FOLDER, default=Path("demo-output"), show_default=True, help="where results go")
@click.option("--plain", is_flag=True, help="no progress bars, for logs")
def demo(output: Path, plain: bool) -> None:
    """完整演示 · Circulate a real data set end to end over HTTP, from admission to settlement."""
    from centre.demo.run import run_demo

    sys.exit(run_demo(output, plain=plain))


@main.command()
def doctor() -> None:
    """检查配置 · Say what is set, what is missing, and what a production operator must mend."""
    from centre import doctor as examination

    settings = configured(safe=False)
    findings = run(examination.examine(settings))
    click.echo(f"mode: {settings.mode}   public URL: {settings.public_url}")
    for finding in findings:
        mark = "✗" if finding.fatal else "!" if finding.cure else "✓"
        click.echo(f"{mark} {variable(finding.name)}: {finding.message}")
        if finding.cure:
            click.echo(f"    → {finding.cure}")
    if any(finding.fatal for finding in findings):
        sys.exit(1)


@main.command()
def openapi() -> None:
    """接口描述 · Print the OpenAPI 3.1 description."""
    from centre.app import create_app
    from kernel.http.docs import described

    app: Any = create_app(configured(safe=False))
    click.echo(described(app.inner), nl=False)


@main.command()
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def rulebook(lang: str) -> None:
    """规则手册 · Print every rule in force with its legal basis."""
    from kernel.rules import rulebook as book
    from kernel.rules.bases import basis_text
    from kernel.time.clock import SystemClock, day_in_china

    spoken: Lang = "zh" if lang == "zh" else "en"
    for rule in book.in_force(day_in_china(SystemClock().now())).rules.values():
        basis = basis_text(rule.basis).of(spoken)
        click.echo(f"{rule.id}  {rule.zh if lang == 'zh' else rule.en}\n           [{rule.confidence}] {basis}")


TRUST: Final = click.option("--trust", type=FILE, help="trust file, saved from the centre's GET /v1/trust")
PIN: Final = click.option("--pin", metavar="sha256:HEX", help="digest that the trust file beside must have")


@main.group()
def log() -> None:
    """透明日志 · The public register."""


@log.command("verify")
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@TRUST
@PIN
def log_verify(directory: Path, trust: Path | None, pin: str | None) -> None:
    """核验日志副本 · Verify a static copy of the log offline: every entry, tile and the signed head.

    Exit code 0 only with --trust or --pin: a trust file beside DIRECTORY speaks by its own word.
    """
    from centre.verification.anchors import anchors
    from kernel.documents.verify import FileUnreadable
    from kernel.tlog.verify import verify_log

    try:
        chosen = anchors(directory.parent, trust, pin)
    except FileUnreadable as problem:
        raise click.ClickException(f"no usable trust file ({problem}); name one with --trust") from problem
    if chosen is None:
        raise click.ClickException("no trust file; save GET /v1/trust of the centre and name it with --trust")
    report = verify_log(directory, chosen.trust.logs)
    if report.difference is not None or report.checkpoint is None:
        click.echo(f"✗ {directory}: {report.difference.of('en') if report.difference else 'no checkpoint'}")
        sys.exit(1)
    root = report.checkpoint.root.hex()
    mark = "✓" if chosen.established else "✗"
    click.echo(f"{mark} {directory}: {report.entries} entries, {report.tiles_checked} tiles, root {root}")
    if not chosen.established:
        click.echo(f"  ✗ {chosen.own_word.name.en}: {chosen.own_word.detail.en}")
        sys.exit(1)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@TRUST
@PIN
@click.option(
    "--status", type=FILE, multiple=True, help="saved status list, as a certificate names it  [status-list.json beside]"
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def verify(files: tuple[Path, ...], trust: Path | None, pin: str | None, status: tuple[Path, ...], lang: str) -> None:
    """离线核验文书 · Verify documents and reports (JSON, PDF, XLSX, bundle) with no network, no server and no database.

    The issuer is established by --trust or --pin only. A trust.json beside FILE is gone by, and told to be by its own
    word. Exit code 0: everything holds. 1: something does not, or the issuer could not be established. 2: not readable.
    """
    from centre.verification.examination import MEMORY_BYTES
    from centre.verification.verify import verify_and_tell
    from kernel.jobs.child import Limits

    Limits(memory_bytes=MEMORY_BYTES).impose()
    codes = [verify_and_tell(path, trust, "zh" if lang == "zh" else "en", status, pin) for path in files]
    sys.exit(max(codes))


main.add_command(keys)
main.add_command(members)
main.add_command(ledger)
main.add_command(appraise.appraise)
main.add_command(appraise.report)
main.add_command(appraise.rules)
main.add_command(portfolio)
main.add_command(back_test)


main.add_command(comparables)
main.add_command(score)
main.add_command(contract)
main.add_command(desensitise)
main.add_command(trace)
