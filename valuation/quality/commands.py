"""Starting, cancelling and settling quality runs; the scoring itself happens in jobs.py."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one
from kernel.documents.commands import issue
from kernel.identity.models import Party
from kernel.jobs import queue as jobs
from kernel.states import Role
from rights.assets import queries as assets
from rights.assets.models import Asset
from rights.certificates import queries as certificates
from rights.changes import announce
from valuation.quality import queries
from valuation.quality.access import inside, publicity, readers
from valuation.quality.contract.contract import Contract
from valuation.quality.errors import NoRevision, RunUnderWay
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.reading import archives
from valuation.quality.reading import opening as reading
from valuation.quality.schemas import QualityRunView, RunProblem
from valuation.quality.states import QUALITY_RUN, UNDER_WAY, RunAction
from valuation.quality.watch import commands as watch

JOB = "quality.score"
SCORED = "valuation.revision.scored"
"""The job of whoever offers a revision that entered the register; its payload is {revision, asset}."""


async def start(act: Act, asset_id: str, contract: Contract) -> QualityRunView:
    """Queue the scoring of the asset's newest revision; raises FilesDiffer before any work.

    Raises NotFound for whoever is neither the provider nor engaged to work on the asset.
    """
    asset = await assets.asset(act.session, asset_id)
    await readers.require_scorer(act, asset)
    assert act.actor.party is not None
    revision = await assets.latest_revision(act.session, asset_id)
    if revision is None:
        raise NoRevision
    names = [file.name for file in revision.files]
    if not any(archives.is_zip(name) for name in names):  # What an archive holds is seen when it is opened.
        reading.match(contract, names)
    kept = await keep(act, asset.id, contract)
    row = await queue(act, asset, revision.id, kept, act.actor.party)
    return await queries.run_view(act, row)


async def rescore(act: Act, asset_id: str, data_contract_id: str, revision_id: str | None = None) -> QualityRun | None:
    """Queue the scoring of a revision, else the newest, for the centre itself; None when one is under way already."""
    asset = await assets.asset(act.session, asset_id)
    revision = await assets.latest_revision(act.session, asset_id) if revision_id is None else None
    wanted = revision_id or (revision.id if revision is not None else None)
    kept = await one(act.session, DataContract, data_contract_id)
    if wanted is None:
        return None
    try:
        return await queue(act.by(SYSTEM), asset, wanted, kept, asset.party_id, scheduled=True)
    except RunUnderWay:
        return None


async def queue(
    act: Act,
    asset: Asset,
    revision_id: str,
    kept: DataContract,
    scored_by: str,
    *,
    providers_own: bool = False,
    **facts: Any,
) -> QualityRun:
    """Queue the scoring of a revision in a party's name, one at a time for each; raises RunUnderWay.

    `providers_own` says that the contract is the provider's, whoever scores by it: it decides what is public.
    """
    await lock_name(act.session, JOB, revision_id, scored_by)
    query = select(QualityRun.id).where(
        QualityRun.revision_id == revision_id, QualityRun.scored_by == scored_by, QualityRun.status.in_(UNDER_WAY)
    )
    if under_way := await act.session.scalar(query):
        raise RunUnderWay(run=under_way)
    own = providers_own or scored_by == asset.party_id
    shown = kept.id if own else await publicity.newest_of_provider(act.session, asset.id, asset.party_id)
    row = QualityRun(
        id=ids.new("qrn"),
        asset_id=asset.id,
        revision_id=revision_id,
        data_contract_id=kept.id,
        publicity_contract_id=shown,
        provider=asset.party_id,
        scored_by=scored_by,
        problem=None,
        created_at=act.at,
    )
    known = {"asset": asset.id, "revision": revision_id, "contract_sha256": kept.sha256, **facts}
    await lifecycle.begin(act, row, QUALITY_RUN, parties=[asset.party_id], **known)
    await jobs.enqueue(act.session, JOB, {"run": row.id})
    return row


async def keep(act: Act, asset_id: str, contract: Contract) -> DataContract:
    """Store a contract once for an asset; the same document is the same row."""
    same = (DataContract.asset_id == asset_id, DataContract.sha256 == contract.digest)
    await lock_name(act.session, "data_contract", asset_id, contract.digest)
    found = await act.session.scalar(select(DataContract).where(*same))
    if found is not None:
        return found
    new = DataContract(
        id=ids.new("ctr"),
        asset_id=asset_id,
        name=contract.id,
        contract_version=contract.version,
        document=dict(contract.raw),
        sha256=contract.digest,
        created_at=act.at,
    )
    act.session.add(new)
    await act.session.flush()  # The run of this unit refers to it.
    return new


async def cancel(act: Act, run_id: str) -> QualityRunView:
    """Stop a run that has not ended; the worker ends its process within a moment and removes its files."""
    row = await queries.run_of(act, run_id)
    role = next((r for r in sorted(act.actor.roles) if r in (Role.PROVIDER, Role.VALUER, Role.TESTER)), Role.PROVIDER)
    await lifecycle.advance(act, row, QUALITY_RUN, RunAction.CANCEL, role, parties=[row.provider, row.scored_by])
    return await queries.run_view(act, row)


async def begin_scoring(act: Act, run_id: str) -> QualityRun | None:
    """Take up a run, again after a crash; None when there is nothing left to do."""
    row = await locked(act.session, QualityRun, run_id)
    if QUALITY_RUN.is_final(row.status):
        return None
    if RunAction.START in QUALITY_RUN.actions(row.status):
        await _system_step(act, row, RunAction.START)
    return row


async def fail(act: Act, run_id: str, problem: RunProblem, by_object: dict[str, RunProblem]) -> None:
    """End a run with the reason why there is no scorecard, and with that of each object where it is known."""
    row = await locked(act.session, QualityRun, run_id)
    if QUALITY_RUN.is_final(row.status):
        return
    row.problem = msgspec.to_builtins(problem) | {"objects": msgspec.to_builtins(by_object)}
    await act.session.flush()  # advance() reads the row again; the reason must not be lost.
    await _system_step(act, row, RunAction.FAIL, problem=problem.code)


async def finish(act: Act, run_id: str, body: dict[str, Any], measured: dict[str, Any]) -> Scorecard | None:
    """Keep the scorecard, issue its document and end the run, all in one unit; None when it was cancelled.

    `body` is what is signed, `measured` the same with what the platform keeps of the values.
    """
    row = await locked(act.session, QualityRun, run_id)
    if QUALITY_RUN.is_final(row.status):
        return None
    asset = await assets.asset(act.session, row.asset_id)
    revision = await assets.revision(act.session, row.revision_id)
    scorecard_id, parties = ids.new("scr"), [row.provider, row.scored_by]
    claims: dict[str, Any] = {
        "asset": row.asset_id,
        "asset_name": asset.name,
        "revision": row.revision_id,
        "content_sha256": revision.content_sha256,
        "provider": row.provider,
        "provider_name": (await one(act.session, Party, row.provider)).name,
        "scored_by": row.scored_by,
        "scored_by_name": (await one(act.session, Party, row.scored_by)).name,
        "scorecard": body,
    }
    changed = await watch.compared(act.session, row, scorecard_id, measured)
    if changed is not None:
        claims["comparison"] = msgspec.to_builtins(changed)
    document = await issue(act.by(SYSTEM), "quality-scorecard", scorecard_id, claims, parties=parties)
    card = Scorecard(
        id=scorecard_id,
        run_id=row.id,
        asset_id=row.asset_id,
        revision_id=row.revision_id,
        content_sha256=revision.content_sha256,
        provider=row.provider,
        scored_by=row.scored_by,
        row_count=body["rows"],
        score=Decimal(body["score"]),
        grade=body["grade"]["code"],
        freshness_at=newest(body["freshness"]),
        body=body,
        document_id=document.id,
        scored_at=act.at,
    )
    act.session.add(card)
    await inside.keep(act.session, scorecard_id, body, measured)
    await _system_step(act, row, RunAction.FINISH, scorecard=scorecard_id, score=body["score"])
    await watch.after_scoring(act, row, card, changed)
    if await certificates.entered(act.session, row.revision_id) is not None:
        await jobs.enqueue(act.session, SCORED, {"revision": row.revision_id, "asset": row.asset_id})
    await announce(act.session, row.asset_id)  # What was found may hold what is on the shelf.
    return card


def newest(freshness: dict[str, str]) -> datetime | None:
    """The newest stamp of all time columns, as a moment in UTC; a bare date counts from its midnight."""
    stamps = [
        datetime.fromisoformat(stamp if "T" in stamp else f"{stamp}T00:00:00+00:00") for stamp in freshness.values()
    ]
    return max(stamps, default=None)


async def _system_step(act: Act, row: QualityRun, action: RunAction, **facts: Any) -> None:
    parties = [row.provider, row.scored_by]
    await lifecycle.advance(act.by(SYSTEM), row, QUALITY_RUN, action, Role.SYSTEM, parties=parties, **facts)
