"""Describing assets and fixing their revisions."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.db import locked, one
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.storage.rules import Purpose
from kernel.text import Text
from kernel.uploads.models import StoredFile
from rights.assets import rules
from rights.assets.errors import AssetFaulty, RevisionFaulty, RevisionUnchanged
from rights.assets.models import Asset, AssetRevision
from rights.assets.queries import AUDIENCE, asset_view, latest_row, revision_view
from rights.assets.schemas import AddRevision, AssetView, CreateAsset, RevisionView

SKETCH_JOB: Final = "rights.sketch_revision"
"""What rights.duplicates does with every new revision, so that copies are found when it is registered."""


async def create(act: Act, data: CreateAsset) -> AssetView:
    """Describe a new asset of the actor's party."""
    form = rules.FORM.at(act.today).body
    faults = rules.description_faults(data.name, data.overview, data.covers_from, data.covers_until, form)
    faults += rules.industry_faults(data.industry, act.today)
    if faults:
        raise AssetFaulty(errors=faults)
    basis = rules.public_basis(
        (await one(act.session, Party, str(act.actor.party))).kind, data.source_kind, data.public_data
    )
    row = Asset(
        id=ids.new("ast"),
        party_id=act.actor.party,
        name=data.name,
        overview=data.overview,
        industry=data.industry,
        theme=data.theme,
        update_cycle=data.update_cycle,
        region=data.region,
        region_level=data.region_level,
        structure=data.structure,
        records=data.records,
        source_kind=str(data.source_kind),
        form=str(data.form),
        covers_from=data.covers_from,
        covers_until=data.covers_until,
        public_data=basis is not None,
        public_basis=basis,
        created_at=act.at,
    )
    act.session.add(row)
    record(act, "rights.asset.described", row.id, facts={"name": row.name})
    await act.session.flush()  # Revisions of this unit refer to it.
    return asset_view(row, None)


async def add_revision(act: Act, asset_id: str, data: AddRevision) -> RevisionView:
    """Fix the asset's content: these files, in this order, for good."""
    row = await locked(act.session, Asset, ids.require("ast", asset_id))
    AUDIENCE.require_party(act.actor, asset_id, row.party_id)
    files = await _files(act, data.files)
    digest = rules.content_digest([file["sha256"] for file in files])
    latest = await latest_row(act.session, asset_id)
    if latest is not None and latest.content_sha256 == digest:
        raise RevisionUnchanged(revision_id=latest.id)
    new = AssetRevision(
        id=ids.new("rev"),
        asset_id=row.id,
        number=1 if latest is None else latest.number + 1,
        files=files,
        content_sha256=digest,
        created_at=act.at,
    )
    act.session.add(new)
    facts = {"asset": row.id, "number": new.number, "content_sha256": digest}
    record(act, "rights.revision.added", new.id, facts=facts)
    await act.session.flush()  # Registrations of this unit refer to it.
    await enqueue(act.session, SKETCH_JOB, {"revision": new.id}, dedupe=f"{SKETCH_JOB}/{new.id}")
    return revision_view(new)


async def _files(act: Act, file_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The party's own data files in the order given; every fault at once."""
    rows = await act.session.scalars(
        select(StoredFile).where(StoredFile.id.in_(file_ids), StoredFile.owner == act.actor.party)
    )
    own_files = {row.id: row for row in rows}
    faults = [fault for at, name in enumerate(file_ids) if (fault := _file_fault(at, own_files.get(name))) is not None]
    files = [own_files[file_id] for file_id in file_ids if file_id in own_files]
    if len(files) == len(file_ids):
        faults += rules.name_faults([file.name for file in files])
    if faults:
        raise RevisionFaulty(errors=faults)
    return [
        {
            "name": file.name,
            "file_id": file.id,
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
            "storage_key": file.storage_key,
        }
        for file in files
    ]


def _file_fault(position: int, file: StoredFile | None) -> FieldError | None:
    pointer = f"/files/{position}"
    if file is None:
        text = Text("不是本方已上传的文件", "This is not a file that your party uploaded")
    elif file.purpose != Purpose.DATA:
        text = Text("该文件上传时的用途不是 data", "This file was not uploaded for the purpose data")
    elif file.size_bytes == 0:
        text = Text("文件为空", "The file is empty")
    else:
        return None
    return FieldError(pointer, text, "LT-RGT-02")
