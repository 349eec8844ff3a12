"""`liutong assets`, `register`, `score`: data before it is on the shelf."""

import re
from pathlib import Path
from typing import Any, Final

import click

from liutong_client.cli.output import Column
from liutong_client.cli.session import Session, market

FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
ASSET: Final = re.compile(r"ast_[0-9a-z]{26}")
LIMIT: Final = click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="how many are shown"
)
TIMEOUT: Final = click.option(
    "--timeout", type=click.FloatRange(1, 86_400), default=600, show_default=True, help="seconds to wait"
)

_ASSETS: Final = (
    Column("编号", "id", lambda row: row.id),
    Column("名称", "name", lambda row: row.name),
    Column("主题", "theme", lambda row: row.theme),
    Column("版本", "revision", lambda row: row.latest_revision and row.latest_revision.number),
    Column("建立时间", "created", lambda row: row.created_at),
)


@click.group()
def assets() -> None:
    """数据资产 · Your data."""


@assets.command("list")
@LIMIT
@market
def assets_list(session: Session, *, limit: int) -> None:
    """资产列表 · Your assets, newest first."""
    from liutong_client import operations

    session.screen.listed(_ASSETS, session.client.iterate(operations.list_assets), limit)


@assets.command("show")
@click.argument("asset")
@market
def assets_show(session: Session, asset: str) -> None:
    """资产详情 · One asset."""
    session.screen.one(_ASSETS, session.client.assets.get(asset))


@assets.command("create")
@click.option("--file", "-f", "source", required=True, metavar="FILE", help="its description as YAML or JSON")
@click.option("--key", help="idempotency key of your own")
@market
def assets_create(session: Session, *, source: str, key: str | None) -> None:
    """新建资产 · Describe an asset."""
    session.screen.one(_ASSETS, session.client.assets.create(form(session, source), key=key))


@assets.command("upload")
@click.argument("asset")
@click.argument("paths", nargs=-1, required=True, type=FILE)
@market
def assets_upload(session: Session, asset: str, paths: tuple[Path, ...]) -> None:
    """上传数据 · Send files and make them the asset's next revision."""
    from liutong_client.cli.progress import Progress

    with Progress(session.screen) as progress:
        made = session.client.assets.upload(asset, list(paths), progress=progress)
    columns = (
        Column("版本编号", "id", lambda row: row.id),
        Column("版本", "revision", lambda row: row.number),
        Column("内容摘要", "digest", lambda row: row.content_sha256),
    )
    session.screen.one(columns, made)


@assets.command("classify")
@click.argument("asset")
@click.option("--file", "-f", "source", required=True, metavar="FILE", help="the declaration as YAML or JSON")
@market
def assets_classify(session: Session, asset: str, *, source: str) -> None:
    """分类分级申报 · Declare how grave it would be if the data were lost or abused."""
    columns = (Column("编号", "id", lambda row: row.id), Column("级别", "level", lambda row: row.level))
    session.screen.one(columns, session.client.assets.classify(asset, form(session, source)))


_CASE: Final = (
    Column("编号", "id", lambda row: row.id),
    Column("资产", "asset", lambda row: row.asset_name),
    Column("状态", "status", lambda row: row.status),
    Column("到期日", "due", lambda row: row.due_on),
    Column("证书", "certificate", lambda row: row.certificate_number),
)


@click.command()
@click.argument("asset")
@click.option("--basis", required=True, help="on what the rights rest, as own-operations")
@click.option(
    "--evidence", "pieces", multiple=True, required=True, metavar="KIND=FILE", help="a piece of evidence; repeatable"
)
@click.option("--file", "-f", "source", metavar="FILE", help="the rest of the application as YAML or JSON")
@click.option("--wait", is_flag=True, help="until there is a certificate")
@TIMEOUT
@click.option("--key", help="idempotency key of your own")
@market
def register(
    session: Session,
    asset: str,
    *,
    basis: str,
    pieces: tuple[str, ...],
    source: str | None,
    wait: bool,
    timeout: float,
    key: str | None,
) -> None:
    """登记权属 · Apply for the registration of the rights in an asset's latest revision."""
    evidence: dict[str, Path | str | bytes] = {}
    for piece in pieces:
        kind, is_pair, path = piece.partition("=")
        if not is_pair or not Path(path).is_file() or kind in evidence:
            raise click.UsageError(f"--evidence 须为 种类=文件，各一 · each is KIND=FILE, once: {piece!r}")
        evidence[kind] = Path(path)
    more = {} if source is None else form(session, source)
    revision = session.client.assets.get(asset).latest_revision
    if revision is None:
        raise click.UsageError(f"{asset}: 尚无数据 · no data yet: liutong assets upload {asset} FILE")
    case = session.client.registrations.apply(revision.id, basis, evidence, key=key, **more)
    if wait:
        case = session.client.registrations.wait(case.id, timeout_seconds=timeout)
    session.screen.one(_CASE, case)


@click.command()
@click.argument("asset")
@click.option("--contract", required=True, type=FILE, help="data contract (ODCS v3)")
@click.option("--wait/--no-wait", default=True, help="until there is a scorecard")
@TIMEOUT
@click.option("--key", help="idempotency key of your own")
@market
def score(session: Session, asset: str, *, contract: Path, wait: bool, timeout: float, key: str | None) -> None:
    """质量评分 · Have the centre score an asset's latest revision against its contract."""
    if not ASSET.fullmatch(asset):
        text = (
            "不是资产编号；本机文件的评分由 liutong 服务端软件包提供 · no id of an asset; files are scored here by the"
        )
        raise click.UsageError(f"{asset!r}: {text} distribution of the centre")
    quality = session.client.quality
    run = quality.score(asset, contract.read_text(encoding="utf-8"), key=key)
    if not wait:
        begun = (Column("编号", "id", lambda row: row.id), Column("状态", "status", lambda row: row.status))
        session.screen.one(begun, run)
        return
    session.screen.say(f"评分中 {run.id}", f"scoring {run.id}")
    card = quality.wait(run.id, timeout_seconds=timeout)
    columns = (
        Column("评分卡", "scorecard", lambda row: row.id),
        Column("得分", "score", lambda row: row.scorecard.get("score")),
        Column("等级", "grade", lambda row: row.scorecard.get("grade")),
        Column("版本编号", "revision", lambda row: row.revision_id),
    )
    session.screen.one(columns, card)


def form(session: Session, source: str) -> dict[str, Any]:
    """What a file says; faults of it are told by its lines. Raises UsageError for what is not one mapping."""
    from liutong_client.cli import files

    documents = files.read(source)
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        raise click.UsageError(f"{source}: 须为一个对象 · it is one object, and nothing else")
    session.place = documents[0].place
    return documents[0].value
