"""Finding destructions, what they would destroy, and what forbids it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Text as SqlText
from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.errors import FieldError
from kernel.states import Role
from kernel.storage.encryption.keystore import dek_id_of
from kernel.storage.rules import Purpose
from kernel.text import Text
from kernel.time.clock import day_in_china
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.complaints.models import Complaint
from market.complaints.states import OPEN as COMPLAINT_OPEN
from market.delivery.models import Delivery, DeliveryFile, Download
from market.destructions.models import Destruction, LegalHold
from market.destructions.schemas import DestroyedObject, DestructionView, LegalHoldView
from market.destructions.states import DESTRUCTION, DestructionState
from market.orders.models import Order
from rights.assets.models import Asset, AssetRevision

AUDIENCE: Final = Audience("destruction", (Role.OPERATOR, Role.REGULATOR, Role.AUDITOR))
"""Who may see a destruction besides the party whose data it is."""

HOLDS: Final = Audience("legal_hold", (Role.OPERATOR, Role.REGULATOR, Role.AUDITOR))


def view(act: Act, row: Destruction) -> DestructionView:
    """A destruction with what the actor may do about it; storage keys stay inside."""
    objects = [
        DestroyedObject(**{name: each[name] for name in DestroyedObject.__struct_fields__}) for each in row.objects
    ]
    actions = {str(action) for role in act.actor.roles for action in DESTRUCTION.actions(row.status, role)}
    return shown(row, DestructionView, objects=objects, allowed_actions=sorted(actions))


async def destruction(act: Act, destruction_id: str) -> DestructionView:
    """A destruction, for the party whose data it is and those who watch; raises NotFound for others."""
    row = await one(act.session, Destruction, destruction_id)
    AUDIENCE.require(act.actor, row.id, row.party_id)
    return view(act, row)


async def destructions(act: Act, limit: int, cursor: str | None) -> Page[DestructionView]:
    """The destructions that the actor may see, newest first."""
    query = select(Destruction).where(AUDIENCE.among(act.actor, Destruction.party_id))
    rows = await fetch(act.session, query, Destruction.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(act, row))


async def holds(act: Act, limit: int, cursor: str | None) -> Page[LegalHoldView]:
    """All legal holds, newest first, for the offices."""
    query = select(LegalHold).where(HOLDS.among(act.actor))
    rows = await fetch(act.session, query, LegalHold.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: shown(row, LegalHoldView))


async def revisions(session: AsyncSession, asset_id: str) -> list[AssetRevision]:
    """All revisions of an asset in their order."""
    query = select(AssetRevision).where(AssetRevision.asset_id == asset_id).order_by(AssetRevision.number)
    return list((await session.scalars(query)).all())


class MadeObject(NamedTuple):
    """An object that was made of a revision, such as a published table."""

    name: str
    sha256: str
    size_bytes: int
    storage_key: str


Derivation = Callable[[AsyncSession, Sequence[str]], Awaitable[list[MadeObject]]]
DERIVATIONS: Final[list[Derivation]] = []
"""Each tells the objects that were made of revisions: a channel adds its own, and the market knows none."""


async def objects_of(session: AsyncSession, asset: Asset, chosen: Iterable[AssetRevision]) -> list[dict[str, Any]]:
    """The objects of revisions, what was made of them, and each other copy that their party has brought as data."""
    listed = {file["storage_key"]: file for revision in chosen for file in revision.files}
    digests = {file["sha256"] for file in listed.values()}
    query = select(StoredFile).where(
        StoredFile.owner == asset.party_id, StoredFile.sha256.in_(digests), StoredFile.purpose == str(Purpose.DATA)
    )
    copies = (await session.scalars(query)).all()
    found = {key: (file["name"], file["sha256"], file["size_bytes"]) for key, file in listed.items()}
    for made_from in DERIVATIONS:
        made = await made_from(session, [revision.id for revision in chosen])
        found |= {each.storage_key: (each.name, each.sha256, each.size_bytes) for each in made}
    found |= {copy.storage_key: (copy.name, copy.sha256, copy.size_bytes) for copy in copies}
    return [
        {"name": name, "sha256": sha256, "size_bytes": size, "storage_key": key, "key_id": dek_id_of(key).hex()}
        for key, (name, sha256, size) in sorted(found.items())
    ]


async def hindrances(act: Act, asset_id: str, revision_ids: list[str], keys: list[str]) -> list[FieldError]:
    """Every reason to keep the data: holds, open complaints, statutory times of keeping, and data that stays."""
    faults = [
        _fault(f"法律保全至 {hold.until}：{hold.basis}", f"A legal hold lasts until {hold.until}: {hold.basis}")
        for hold in await _holding(act, asset_id)
    ]
    open_ones = select(Complaint.id).join(Order, Order.id == Complaint.order_id)
    open_ones = open_ones.where(Order.asset_id == asset_id, Complaint.status.in_(COMPLAINT_OPEN))
    faults += [
        _fault(f"投诉 {complaint} 尚未了结", f"The complaint {complaint} is open")
        for complaint in await act.session.scalars(open_ones.order_by(Complaint.id))
    ]
    kept = select(StoredFile.name, StoredFile.retention_until).where(
        StoredFile.storage_key.in_(keys), StoredFile.retention_until > act.at
    )
    faults += [
        _fault(f"文件 {name} 须保存至 {day_in_china(until)}", f"The file {name} is kept until {day_in_china(until)}")
        for name, until in await act.session.execute(kept.order_by(StoredFile.id))
        if until is not None
    ]
    faults += [
        _fault(f"版本 {revision} 含同一文件", f"The revision {revision} holds the same file and stays")
        for revision in await _sharing(act.session, revision_ids, keys)
    ]
    return faults


def _fault(zh: str, en: str) -> FieldError:
    return FieldError("", Text(zh, en), "LT-STO-05")


async def _holding(act: Act, asset_id: str) -> list[LegalHold]:
    query = select(LegalHold).where(
        LegalHold.asset_id == asset_id, LegalHold.lifted_at.is_(None), LegalHold.until >= act.today
    )
    return list((await act.session.scalars(query.order_by(LegalHold.id))).all())


async def _sharing(session: AsyncSession, revision_ids: list[str], keys: list[str]) -> list[str]:
    """Revisions that stay, of any asset, and hold one of the objects."""
    held = func.jsonb_path_query_array(AssetRevision.files, cast("$[*].storage_key", JSONPATH))
    query = select(AssetRevision.id).where(
        held.bool_op("?|")(cast(keys, ARRAY(SqlText))), AssetRevision.id.not_in(revision_ids)
    )
    return list(await session.scalars(query.order_by(AssetRevision.id)))


Copies = Callable[[AsyncSession, Sequence[str]], Awaitable[list[tuple[str, str, int]]]]
COPIES: Final[list[Copies]] = []
"""Each tells which orders and buyers have fetched how many of some objects, other than as files of a delivery."""


async def delivered_copies(session: AsyncSession, keys: list[str]) -> list[dict[str, str]]:
    """The deliveries whose buyers have fetched one of the objects: their copies are not covered."""
    query = (
        select(Delivery.order_id, Delivery.buyer, func.count(func.distinct(DeliveryFile.id)))
        .join(DeliveryFile, DeliveryFile.delivery_id == Delivery.id)
        .join(Download, Download.delivery_file_id == DeliveryFile.id)
        .where(DeliveryFile.storage_key.in_(keys), Download.method == "GET", Download.http_status < 300)
        .group_by(Delivery.order_id, Delivery.buyer)
    )
    counts: Counter[tuple[str, str]] = Counter()
    for order, buyer, count in await session.execute(query):
        counts[order, buyer] += count
    for fetched in COPIES:
        for order, buyer, count in await fetched(session, keys):
            counts[order, buyer] += count
    return [{"order": order, "buyer": buyer, "files": str(n)} for (order, buyer), n in sorted(counts.items())]


async def destroyed_since(session: AsyncSession, revision_id: str) -> date | None:
    """The day on which the destruction of a revision was approved, from which on nothing more is made of it."""
    done = (DestructionState.APPROVED, DestructionState.DESTROYED, DestructionState.FINAL)
    query = select(Destruction.approved_at).where(
        Destruction.status.in_(done), Destruction.revision_ids.contains([revision_id])
    )
    at = await session.scalar(query.order_by(Destruction.approved_at).limit(1))
    return None if at is None else day_in_china(at)
