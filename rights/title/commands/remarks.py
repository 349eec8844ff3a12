"""Remarks on the rights in an asset: pledge, seizure, temporary control, agreed conditions."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import locked, one
from kernel.errors import FieldError, NotFound
from kernel.identity.models import Party
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.changes import announce, lock_title
from rights.grants.box import decode
from rights.grants.parsing import read_condition
from rights.grants.vocabulary import words_at
from rights.title import policy, queries, rules
from rights.title.errors import RemarkFaulty, refuse
from rights.title.models import TitleRemark
from rights.title.policy import RemarkKind, RightsAct
from rights.title.schemas import EnterRemark, ReleaseRemark, RemarkView
from rights.title.states import REMARK, RemarkAction, RemarkState
from rights.title.views import remark_view


async def enter(act: Act, asset_id: str, data: EnterRemark) -> RemarkView:
    """Enter a remark; a ranked one (质权顺位) stands behind those entered before it.

    Raises RightRemarked when what stands blocks it: what a court has seized is not pledged.
    """
    await lock_title(act.session, ids.require("ast", asset_id))
    roots = await queries.roots(act.session, asset_id)
    if not roots:
        raise NotFound(kind="title", id=asset_id)
    on = act.today
    released = policy.remarks().at(on)
    kind = next((remark_kind for remark_kind in released.body.remark if remark_kind.code == data.kind), None)
    if faults := _faults(
        data, kind, [remark_kind.code for remark_kind in released.body.remark], today_or_before=_past(data, act.at)
    ):
        raise RemarkFaulty(errors=faults)
    assert kind is not None
    if data.beneficiary_id is not None:
        await one(act.session, Party, ids.require("pty", data.beneficiary_id))
    if kind.ranked:
        entered = await queries.remarks(act.session, asset_id)
        if barred := rules.remark_findings(asset_id, RightsAct.SECURE, decode(roots[0].box), entered, on):
            raise refuse(barred)
    row = TitleRemark(
        id=ids.new("rmk"),
        asset_id=asset_id,
        kind=kind.code,
        blocks=[str(act) for act in kind.blocks],
        condition=_condition(data, act.at),
        priority=await _next_priority(act.session, asset_id, kind.code) if kind.ranked else None,
        beneficiary_id=data.beneficiary_id,
        basis=data.basis,
        until=data.until,
        policy_version=released.meta.version,
        release_basis=None,
        created_at=act.at,
    )
    parties = [root.grantee_id for root in roots] + [data.beneficiary_id]
    facts: dict[str, Any] = {"asset": asset_id, "remark": kind.code, "basis": data.basis, "priority": row.priority}
    await lifecycle.begin(act, row, REMARK, parties=parties, **facts)
    await announce(act.session, asset_id)
    return remark_view(row)


async def release(act: Act, remark_id: str, data: ReleaseRemark) -> RemarkView:
    """Take a remark off; the ranks of the others stay as they were entered."""
    unlocked = await one(act.session, TitleRemark, ids.require("rmk", remark_id))
    await lock_title(act.session, unlocked.asset_id)
    row = await locked(act.session, TitleRemark, remark_id)
    roots = await queries.roots(act.session, row.asset_id)
    parties = [root.grantee_id for root in roots] + [row.beneficiary_id]
    await lifecycle.advance(act, row, REMARK, RemarkAction.RELEASE, _role(act.actor), parties=parties, basis=data.basis)
    row.release_basis = data.basis
    await announce(act.session, row.asset_id)
    return remark_view(row)


def _role(actor: Actor) -> Role:
    return Role.REGISTRAR if actor.has(Role.REGISTRAR) else min(actor.roles)


def _past(data: EnterRemark, at: datetime) -> bool:
    return data.until is not None and data.until <= day_in_china(at)


def _faults(
    data: EnterRemark, kind: RemarkKind | None, kind_codes: list[str], *, today_or_before: bool
) -> list[FieldError]:
    """Every fault of a remark at once."""
    if kind is None:
        listed = ", ".join(kind_codes)
        return [_fault("/kind", f"备注种类应为：{listed}", f"Use one of: {listed}")]
    faults = []
    if kind.beneficiary and data.beneficiary_id is None:
        faults.append(_fault("/beneficiary_id", "须载明权利人（如质权人）", "Name whom it benefits, as the pledgee"))
    if not kind.beneficiary and data.beneficiary_id is not None:
        faults.append(_fault("/beneficiary_id", "该种备注没有权利人", "This kind benefits nobody in particular"))
    if kind.condition == "required" and data.condition is None:
        faults.append(_fault("/condition", "须载明约定的条件", "State the agreed condition"))
    if kind.condition == "refused" and data.condition is not None:
        faults.append(_fault("/condition", "该种备注不附条件", "This kind takes no condition"))
    if today_or_before:
        faults.append(_fault("/until", "届满日须晚于今日", "The day it ends must be after today"))
    return faults


def _fault(pointer: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, Text(zh, en), "LT-TTL-09")


def _condition(data: EnterRemark, at: datetime) -> dict[str, Any] | None:
    if data.condition is None:
        return None
    condition = read_condition(data.condition, words_at(day_in_china(at)), "/condition")
    plain: dict[str, Any] = msgspec.to_builtins(condition)
    return plain


async def _next_priority(session: AsyncSession, asset_id: str, kind: str) -> int:
    """The rank behind every remark of the kind that still stands; the title's lock orders the writers."""
    query = select(func.max(TitleRemark.priority)).where(
        TitleRemark.asset_id == asset_id, TitleRemark.kind == kind, TitleRemark.status == RemarkState.ENTERED
    )
    return (await session.scalar(query) or 0) + 1
