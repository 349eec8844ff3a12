"""Asking for a destruction, approving it, doing it, and saying when it is final.

What is irreversible comes after the commit of what was decided, and is done again after a crash with the same result: a
key's tombstone first, then the key, then the ciphertext, then the check that nothing can be read, then the certificate.
"""

from datetime import timedelta
from importlib.metadata import version as release_of
from typing import Any, Final

from sqlalchemy import select

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import find_locked, locked, one
from kernel.documents.commands import issue
from kernel.errors import FieldError, InvalidInput, NotFound
from kernel.identity.models import Party
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.safekeeping.rotation import request_rotation
from kernel.states import Role
from kernel.storage.encryption.policy import POLICY as ENCRYPTION
from kernel.text import Text
from kernel.time.clock import timestamp
from kernel.views.projection import shown
from market.destructions import queries
from market.destructions.errors import (
    DestructionChanged,
    DestructionHindered,
    DestructionOpen,
    RequesterCannotApprove,
)
from market.destructions.models import Destruction, LegalHold
from market.destructions.rules import POLICY
from market.destructions.schemas import (
    ApproveDestruction,
    DestructionView,
    LegalHoldView,
    RefuseDestruction,
    RequestDestruction,
    SetLegalHold,
)
from market.destructions.states import DESTRUCTION, OPEN, DestructionAction, DestructionState
from rights.assets.models import Asset, AssetRevision
from rights.changes import announce

DESTROY: Final = "market.destructions.destroy"


async def request(act: Act, asset_id: str, data: RequestDestruction) -> DestructionView:
    """Ask for the destruction of an asset's data; raises DestructionOpen and DestructionHindered."""
    asset = await locked(act.session, Asset, asset_id)
    waiting = select(Destruction.id).where(Destruction.asset_id == asset.id, Destruction.status.in_(OPEN))
    if (earlier := await act.session.scalar(waiting)) is not None:
        raise DestructionOpen(destruction=earlier)
    existing = await queries.revisions(act.session, asset.id)
    chosen = _chosen(existing, data.revision_ids)
    objects = await queries.objects_of(act.session, asset, chosen)
    await _require_free(act, asset.id, chosen, objects)
    row = Destruction(
        id=ids.new("dsr"),
        asset_id=asset.id,
        party_id=asset.party_id,
        revision_ids=[revision.id for revision in chosen],
        is_whole=len(chosen) == len(existing),
        objects=objects,
        digest=canonical.digest(objects),
        reason=data.reason,
        requested_by=act.actor.hand or "",
        requested_by_line=list(await line_of(act.session, act.actor.hand)),
        approved_by=None,
        approved_at=None,
        end_reason=None,
        kek_versions=[],
        due_at=act.at + timedelta(days=POLICY.at(act.today).body.approve_days),
        destroyed_at=None,
        certificate_id=None,
        final_certificate_id=None,
        created_at=act.at,
    )
    await lifecycle.begin(act, row, DESTRUCTION, parties=[row.party_id], digest=row.digest, asset=asset.id)
    return queries.view(act, row)


def _chosen(existing: list[AssetRevision], asked: list[str]) -> list[AssetRevision]:
    """All revisions, or the earlier ones that are named; raises InvalidInput for others, and for the newest alone."""
    chosen = [revision for revision in existing if revision.id in asked] if asked else existing
    faults: list[FieldError] = []
    known = {revision.id for revision in existing}
    for position, revision_id in enumerate(asked):
        if revision_id not in known:
            text = Text("该资产没有此版本", "The asset has no such revision")
            faults.append(FieldError(f"/revision_ids/{position}", text, "LT-STO-05"))
    if asked and len(chosen) < len(existing) and existing[-1].id in asked:
        text = Text(
            "最新版本正在使用：请销毁全部版本，或先登记新版本",
            "The newest revision is what is listed: destroy all revisions, or register another first",
        )
        faults.append(FieldError("/revision_ids", text, "LT-STO-05"))
    if not existing:
        faults.append(FieldError("", Text("该资产没有数据", "The asset has no data"), "LT-STO-05"))
    if faults:
        raise InvalidInput(errors=faults)
    return chosen


async def _require_free(act: Act, asset_id: str, chosen: list[AssetRevision], objects: list[dict[str, Any]]) -> None:
    keys = [each["storage_key"] for each in objects]
    faults = await queries.hindrances(act, asset_id, [revision.id for revision in chosen], keys)
    if faults:
        raise DestructionHindered(errors=faults, count=len(faults))


async def approve(act: Act, destruction_id: str, data: ApproveDestruction) -> DestructionView:
    """The second person's yes; the keys are destroyed once it is stored.

    Raises DestructionChanged, RequesterCannotApprove and DestructionHindered.
    """
    row = await locked(act.session, Destruction, destruction_id)
    DESTRUCTION.next(row.status, DestructionAction.APPROVE, Role.OPERATOR)
    if data.digest != row.digest:
        raise DestructionChanged(digest=row.digest)
    if same_person(list(await line_of(act.session, act.actor.hand)), row.requested_by_line):
        raise RequesterCannotApprove(requester=row.requested_by)
    if faults := await _hindrances(act, row):
        raise DestructionHindered(errors=faults, count=len(faults))
    row.approved_by, row.approved_at, row.due_at = act.actor.hand or "", act.at, None
    parties = [row.party_id]
    await lifecycle.advance(act, row, DESTRUCTION, DestructionAction.APPROVE, Role.OPERATOR, parties=parties)
    await enqueue(act.session, DESTROY, {"id": row.id})
    return queries.view(act, row)


async def _hindrances(act: Act, row: Destruction) -> list[FieldError]:
    keys = [each["storage_key"] for each in row.objects]
    faults = await queries.hindrances(act, row.asset_id, row.revision_ids, keys)
    asset = await act.session.get_one(Asset, row.asset_id)
    chosen = [each for each in await queries.revisions(act.session, asset.id) if each.id in row.revision_ids]
    now = {each["storage_key"] for each in await queries.objects_of(act.session, asset, chosen)}
    if more := len(now.difference(keys)):
        text = Text(
            f"申请之后又由该数据生成了 {more} 个文件，请重新申请",
            f"{more} objects were made of the data since this was asked for: ask again",
        )
        faults.append(FieldError("", text, "LT-STO-05"))
    return faults


async def refuse(act: Act, destruction_id: str, data: RefuseDestruction) -> DestructionView:
    """An operator's no, with its reason."""
    row = await locked(act.session, Destruction, destruction_id)
    await _end(act, row, DestructionAction.REFUSE, Role.OPERATOR, data.reason)
    return queries.view(act, row)


async def lapse(act: Act, destruction_id: str) -> None:
    """A request that nobody approved in time is over."""
    row = await locked(act.session, Destruction, destruction_id)
    if row.status is DestructionState.REQUESTED and row.due_at is not None and row.due_at <= act.at:
        await _end(act, row, DestructionAction.LAPSE, Role.SYSTEM, "逾期未批准 · not approved in time")


async def still_free(act: Act, destruction_id: str) -> Destruction | None:
    """An approved destruction that nothing has come to forbid since; one that is hindered now is refused."""
    row = await locked(act.session, Destruction, destruction_id)
    if row.status is not DestructionState.APPROVED:
        return None
    faults = await _hindrances(act, row)
    if faults:
        await _end(act, row, DestructionAction.REFUSE, Role.SYSTEM, f"{faults[0].detail.zh} · {faults[0].detail.en}")
        return None
    return row


async def _end(act: Act, row: Destruction, action: DestructionAction, role: Role, reason: str) -> None:
    row.end_reason, row.due_at = reason, None
    await lifecycle.advance(act, row, DESTRUCTION, action, role, parties=[row.party_id], reason=reason)


async def certify(act: Act, destruction_id: str, kek_versions: list[str]) -> None:
    """Note that the keys are destroyed and nothing can be read; the certificate says pending.

    Of an asset that has no data left, the register says so, and what rests on it ends by its own rules.
    """
    row = await locked(act.session, Destruction, destruction_id)
    if row.status is not DestructionState.APPROVED:
        return
    days = ENCRYPTION.at(act.today).body.backup_days_max
    row.destroyed_at, row.due_at, row.kek_versions = act.at, act.at + timedelta(days=days), kek_versions
    await lifecycle.advance(
        act, row, DESTRUCTION, DestructionAction.DESTROY, Role.SYSTEM, parties=[row.party_id], digest=row.digest
    )
    row.certificate_id = await _issue(act, row, None)
    if row.is_whole:
        asset = await locked(act.session, Asset, row.asset_id)
        asset.destroyed_at = asset.destroyed_at or act.at
        await announce(act.session, row.asset_id)
    await request_rotation(act)


async def finalise(act: Act, destruction_id: str, dead_versions: frozenset[str]) -> None:
    """The destruction is final: what wrapped the keys is dead, or the last copy of the key store has lapsed."""
    row = await locked(act.session, Destruction, destruction_id)
    if row.status is not DestructionState.DESTROYED or row.due_at is None:
        return
    dead = dead_versions.issuperset(row.kek_versions)
    if not dead and row.due_at > act.at:
        return
    row.final_certificate_id = await _issue(act, row, "wrapping-key-destroyed" if dead else "copies-lapsed")
    row.due_at = None
    parties = [row.party_id]
    await lifecycle.advance(act, row, DESTRUCTION, DestructionAction.FINALISE, Role.SYSTEM, parties=parties)


async def _issue(act: Act, row: Destruction, final_by: str | None) -> str:
    asset, keys = await one(act.session, Asset, row.asset_id), [each["storage_key"] for each in row.objects]
    revisions = [each for each in await queries.revisions(act.session, row.asset_id) if each.id in row.revision_ids]
    encryption = ENCRYPTION.at(act.today).body
    claims = {
        "destruction": row.id,
        "standing": "final" if final_by else "pending",
        "final_by": final_by,
        "asset": asset.id,
        "asset_name": asset.name,
        "owner": row.party_id,
        "owner_name": (await one(act.session, Party, row.party_id)).name,
        "revisions": [{"id": each.id, "number": each.number, "content": each.content_sha256} for each in revisions],
        "objects": [{name: each[name] for name in ("name", "sha256", "size_bytes", "key_id")} for each in row.objects],
        "digest": row.digest,
        "method": "cryptographic-erase",
        "reason": row.reason,
        "requested_by": row.requested_by,
        "requested_at": timestamp(row.created_at),
        "approved_by": row.approved_by,
        "approved_at": timestamp(row.approved_at or act.at),
        "destroyed_at": timestamp(row.destroyed_at or act.at),
        "key_versions": row.kek_versions,
        "copies_lapse_at": timestamp((row.destroyed_at or act.at) + timedelta(days=encryption.backup_days_max)),
        "delivered": await queries.delivered_copies(act.session, keys),
        "release": release_of("liutong"),
    }
    return (await issue(act.by(SYSTEM), "destruction-certificate", row.id, claims, parties=[row.party_id])).id


async def hold(act: Act, asset_id: str, data: SetLegalHold) -> LegalHoldView:
    """Keep an asset's data on a basis, until a day that is not too far away."""
    asset = await one(act.session, Asset, asset_id)
    last = act.today + timedelta(days=POLICY.at(act.today).body.hold_days_max)
    if not act.today <= data.until <= last:
        text = Text(f"日期应在 {act.today} 至 {last} 之间", f"Give a day from {act.today} to {last}")
        raise InvalidInput(errors=[FieldError("/until", text, "LT-STO-05")])
    row = LegalHold(
        id=ids.new("lgh"),
        asset_id=asset.id,
        basis=data.basis,
        until=data.until,
        set_by=act.actor.hand or "",
        lifted_at=None,
        lifted_by=None,
        created_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()
    record(act, "market.legal-hold.set", row.id, parties=[asset.party_id], facts={"until": data.until.isoformat()})
    return shown(row, LegalHoldView)


async def lift(act: Act, hold_id: str) -> LegalHoldView:
    """Lift a legal hold; one that is lifted stays so."""
    row = await find_locked(act.session, select(LegalHold).where(LegalHold.id == hold_id))
    if row is None:
        raise NotFound(kind="legal_hold", id=hold_id[:40])
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = act.at, act.actor.hand or ""
        record(act, "market.legal-hold.lifted", row.id)
    return shown(row, LegalHoldView)
