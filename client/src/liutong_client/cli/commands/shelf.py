"""`liutong list`, `diff`, `apply`, `schema`: products on the shelf, and the manifests that they are kept by."""

from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import click

from liutong_client.cli.commands.supply import LIMIT
from liutong_client.cli.output import Column, encoded, text
from liutong_client.cli.session import DIFFERS, REFUSED, Session, end, market

if TYPE_CHECKING:
    from liutong_client import models as m
    from liutong_client.cli.files import Document

_LISTINGS: Final = (
    Column("编号", "id", lambda row: row.id),
    Column("名称", "title", lambda row: row.title_zh, lambda row: row.title_en),
    Column("状态", "status", lambda row: row.status),
    Column("价格", "price", lambda row: row.price or row.price_kind),
    Column("质量", "quality", lambda row: row.quality and row.quality.grade),
    Column("上架时间", "listed", lambda row: row.listed_at),
)

_DONE: Final = {
    "create": ("新建", "created", "create"),
    "change": ("更改", "changed", "change"),
    "replace": ("以新商品替换", "replaced", "replace"),
    "submit": ("提交审核", "handed in", "hand in"),
    "delist": ("下架", "taken off", "take off"),
    "remember": ("记录", "remembered", "remember"),
    "nothing": ("未变", "unchanged", "unchanged"),
}
"""What is done about a product: in Chinese, in English once it is done, and while it is planned."""


def _lines(*, done: bool) -> tuple[Column, ...]:
    """The columns of a plan, or of what was done."""
    return (
        Column("清单", "name", lambda line: line.name),
        Column("动作", "action", lambda line: _action("zh", line), lambda line: _action("en", line, done=done)),
        Column("商品", "listing", lambda line: line.listing_id),
        Column("状态", "status", lambda line: line.status),
    )


FILES: Final = click.option(
    "--file", "-f", "sources", multiple=True, metavar="FILE", help="manifests: a file, a folder, or - ; repeatable"
)
_MANAGED: Final = (
    click.option("--manager", default="liutong", show_default=True, help="who manages what they say"),
    click.option("--force", is_flag=True, help="set again what was changed elsewhere, and take over"),
    click.option("--prune", is_flag=True, help="take off what is in --set and not here"),
    click.option("--set", "set_name", metavar="NAME", help="the set that is pruned"),
    click.option("--expect", type=click.IntRange(0, 10_000), metavar="N", help="how many are pruned, beyond 5"),
)


def _action(lang: str, line: Any, *, done: bool = False) -> str:
    """What is done about a product, in words."""
    chinese, past, planned = _DONE[line.action]
    hands_in = line.submits and line.action != "submit"
    if lang == "zh":
        return f"{chinese}，提交审核" if hands_in else chinese
    words = past if done else planned
    return f"{words}, {'handed in' if done else 'hand in'}" if hands_in else words


def managed(function: Any) -> Any:
    """The options of what is planned."""
    for option in reversed(_MANAGED):
        function = option(function)
    return function


@click.command("list")
@FILES
@click.option("--status", type=click.Choice(["draft", "submitted", "listed", "rejected", "suspended", "delisted"]))
@LIMIT
@managed
@market
def list_(session: Session, *, sources: tuple[str, ...], status: str | None, limit: int, **asked: Any) -> None:
    """上架 · With -f bring what manifests say to the shelf, as `apply` does; without it show your own products."""
    if sources:
        _apply(session, sources, **asked)
        return
    from liutong_client import operations

    items = session.client.iterate(operations.list_listings_in_any_state, status=status)
    session.screen.listed(_LISTINGS, items, limit)


@click.command()
@FILES
@managed
@market
def diff(session: Session, *, sources: tuple[str, ...], **asked: Any) -> None:
    """比对清单 · What `apply` would do: exit code 0 nothing, 3 something, 1 it would be refused."""
    from liutong_client import operations

    wanted = _asked(session, sources, **asked)
    plan = session.client.call(operations.plan_manifests, wanted)
    if session.screen.format != "table":
        click.echo(encoded(plan, pretty=session.screen.format == "json"))
    else:
        for line in plan.lines:
            _tell(session, line)
    if any(line.faults for line in plan.lines):
        end(REFUSED)
    if plan.changed:
        end(DIFFERS)


@click.command()
@FILES
@click.option("--dry-run", is_flag=True, help="plan, and do nothing")
@managed
@market
def apply(session: Session, *, sources: tuple[str, ...], dry_run: bool, **asked: Any) -> None:
    """执行清单 · Make products as manifests say, as a whole or not at all; twice changes nothing the second time."""
    _apply(session, sources, dry_run=dry_run, **asked)


def _apply(session: Session, sources: Sequence[str], *, dry_run: bool = False, **asked: Any) -> None:
    from liutong_client import models as m
    from liutong_client import operations

    wanted = _asked(session, sources, **asked)
    plan = session.client.call(operations.plan_manifests, wanted)
    if any(line.faults for line in plan.lines):
        for line in plan.lines:
            _tell_faults(session, line)
        end(REFUSED)
    lines = plan.lines
    if plan.changed and not dry_run:
        body = m.ApplyManifests(plan=plan.digest, asked=wanted)
        lines = session.client.call(operations.apply_manifests, body).lines
    session.screen.listed(_lines(done=not dry_run), lines)


def _asked(
    session: Session,
    sources: Sequence[str],
    *,
    manager: str,
    force: bool,
    prune: bool,
    set_name: str | None,
    expect: int | None,
) -> "m.PlanManifests":
    """What is sent, with where it was read; raises UsageError for what does not go together."""
    import msgspec

    from liutong_client import models as m
    from liutong_client.cli import files

    if prune != (set_name is not None):
        raise click.UsageError("--prune 与 --set 须同时使用 · --prune goes with --set NAME")
    if not sources and not prune:
        raise click.UsageError("缺少 -f FILE · -f FILE is missing")
    documents = [document for source in sources for document in files.read(source) if document.value is not None]
    if sources and not documents:
        raise click.UsageError("文件中没有清单 · there is no manifest in it")
    manifests: Any = [document.value for document in documents]
    whole = msgspec.UNSET if expect is None else expect
    wanted = m.PlanManifests(
        manifests=manifests, manager=manager, force=force, prune=set_name if prune else msgspec.UNSET, expect=whole
    )
    session.place = lambda pointer: _place(documents, pointer)
    return wanted


def _place(documents: "Sequence[Document]", pointer: str) -> str:
    """Where in the files something is that the centre names."""
    parts = pointer.removeprefix("/asked").split("/")
    if len(parts) > 2 and parts[1] == "manifests" and parts[2].isdigit() and int(parts[2]) < len(documents):
        rest = "/".join(parts[3:])
        return documents[int(parts[2])].place(f"/{rest}" if rest else "")
    return pointer or "/"


def _tell(session: Session, line: Any) -> None:
    """One product's line, its differences, and what stands against it."""
    mark = (
        " " if line.action == "nothing" else "-" if line.action == "delist" else "+" if line.action == "create" else "~"
    )
    click.echo(f"{mark} {line.name}: {_action(session.screen.lang, line)} {line.listing_id or ''}".rstrip())
    if line.decision_reason:
        click.echo(f"    {session.screen.of('中心意见', 'the centre said')}: {text(line.decision_reason)}")
    for change in line.changes:
        click.echo(f"    {change.pointer}: {_shown(change.before)} → {_shown(change.after)}")
    for change in line.drift:
        words = session.screen.of("他处改动", "changed elsewhere")
        click.echo(f"  ! {change.pointer} {words}: {_shown(change.before)} → {_shown(change.after)}")
    _tell_faults(session, line)


def _tell_faults(session: Session, line: Any) -> None:
    for fault in line.faults:
        rule = f" [{fault.rule}]" if fault.rule else ""
        words = session.screen.of(fault.detail_zh, fault.detail_en)
        click.echo(f"✗ {text(session.place(fault.pointer))}: {text(words)}{rule}", err=True)


def _shown(value: Any) -> str:
    return text(value) if isinstance(value, str) else encoded(value)


@click.command()
@click.argument("kind", type=click.Choice(["listing"]))
def schema(kind: str) -> None:
    """清单的模式 · The JSON Schema of a manifest, for an editor."""
    folder = resources.files("liutong_client.cli")
    click.echo((folder / f"{kind}.schema.json").read_text(encoding="utf-8"), nl=False)
