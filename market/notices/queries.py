"""Reading infringement notices."""

from typing import Any, Final

import msgspec
from sqlalchemy import select

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.notices.models import Notice
from market.notices.schemas import CounterView, EvidenceFileView, InfringementNoticeView, SuitView
from market.notices.states import NOTICE, NOTIFIER, NoticeState

AUDIENCE: Final = Audience("notice", (Role.OPERATOR, Role.REGULATOR))
"""The centre and the regulator; the notifier always, the provider from the measure on."""


async def notice(act: Act, notice_id: str) -> InfringementNoticeView:
    """A notice, for those to whom it is shown and the offices; raises NotFound for anybody else."""
    return view(await visible(act, notice_id), act.actor)


async def visible(act: Act, notice_id: str) -> Notice:
    """The row; raises NotFound for whoever may not see it."""
    row = await one(act.session, Notice, notice_id)
    AUDIENCE.require(act.actor, row.id, *row.shown_to)
    return row


async def notices(act: Act, status: NoticeState | None, limit: int, cursor: str | None) -> Page[InfringementNoticeView]:
    """The notices that the actor may see, the newest first."""
    query = select(Notice).where(AUDIENCE.among(act.actor, Notice.shown_to))
    if status is not None:
        query = query.where(Notice.status == status)
    page = await fetch(act.session, query, Notice.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: view(row, act.actor))


async def evidence_file(act: Act, notice_id: str, n: int) -> StoredFile:
    """A file of the notice, of its counter-statement or of the suit; raises NotFound."""
    row = await visible(act, notice_id)
    found = next((each["file_id"] for each in files(row) if each["n"] == n), None)
    if found is None:
        raise NotFound(kind="notice", id=notice_id)
    return await one(act.session, StoredFile, found)


def files(row: Notice) -> list[dict[str, Any]]:
    """Every file of a notice, numbered through: its own, those of the counter-statement, those of the suit."""
    parts = (row.counter, row.suit)
    return [*row.evidence, *(each for part in parts if part is not None for each in part["evidence"])]


def role_of(row: Notice, actor: Actor) -> Role | None:
    """What the actor is to a notice: its provider, its notifier, or an office."""
    if actor.party == row.provider:
        return Role.PROVIDER
    if actor.has(Role.OPERATOR):
        return Role.OPERATOR
    return NOTIFIER if actor.party == row.notifier else None


def view(row: Notice, actor: Actor) -> InfringementNoticeView:
    """A notice with what the actor may do."""
    role = role_of(row, actor)
    actions = [] if role is None else NOTICE.actions(row.status, role)
    return shown(
        row,
        InfringementNoticeView,
        evidence=_shown_files(row.evidence),
        counter=None if row.counter is None else _part(row.counter, CounterView),
        suit=None if row.suit is None else _part(row.suit, SuitView),
        allowed_actions=[str(each) for each in actions],
    )


def _part(kept: dict[str, Any], kind: type[Any]) -> Any:
    rest = {name: kept[name] for name in kind.__struct_fields__ if name != "evidence"}
    return msgspec.convert({**rest, "evidence": msgspec.to_builtins(_shown_files(kept["evidence"]))}, kind)


def _shown_files(kept: list[dict[str, Any]]) -> list[EvidenceFileView]:
    names = EvidenceFileView.__struct_fields__
    return [EvidenceFileView(**{name: each[name] for name in names}) for each in kept]
