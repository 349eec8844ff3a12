"""Starting and settling desensitisations; the work itself happens in jobs.py."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.db import locked
from kernel.documents.commands import issue
from kernel.jobs import queue as jobs
from kernel.states import Role
from kernel.storage.rules import Purpose
from kernel.uploads import commands as storage
from kernel.uploads.commands import Received
from rights.assets import commands as assets_commands
from rights.assets import queries as assets
from rights.assets.schemas import AddRevision
from valuation.quality.contract import text as contract_text
from valuation.quality.desensitisation import plan as plans
from valuation.quality.desensitisation import queries
from valuation.quality.desensitisation.models import Desensitisation
from valuation.quality.desensitisation.schemas import DesensitisationView, Desensitise
from valuation.quality.desensitisation.states import DESENSITISATION, TreatmentAction
from valuation.quality.errors import NoRevision
from valuation.quality.schemas import RunProblem
from valuation.quality.understanding import understand

JOB = "quality.desensitise"


def accepted(data: Desensitise) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The documents of the plan and of the contract for what comes out; raises PlanFaulty or ContractFaulty."""
    plans.read(data.plan)
    return dict(_document(data.plan)), None if data.contract is None else dict(understand(data.contract).raw)


async def start(
    act: Act, asset_id: str, data: Desensitise, plan: dict[str, Any], contract: dict[str, Any] | None
) -> DesensitisationView:
    """Queue the treatment of the asset's newest revision by an accepted plan."""
    asset = await assets.own_asset(act, asset_id)
    into = await assets.own_asset(act, data.into_asset_id or asset_id)
    revision = await assets.latest_revision(act.session, asset_id)
    if revision is None:
        raise NoRevision
    row = Desensitisation(
        id=ids.new("dsn"),
        asset_id=asset.id,
        revision_id=revision.id,
        into_asset_id=into.id,
        provider=asset.party_id,
        plan=plan,
        data_contract=contract,
        new_revision_id=None,
        evidence_file_id=None,
        anonymisation_file_id=None,
        document_id=None,
        report=None,
        problem=None,
        created_at=act.at,
    )
    facts = {"asset": asset.id, "revision": revision.id, "into": into.id}
    await lifecycle.begin(act, row, DESENSITISATION, **facts)
    await jobs.enqueue(act.session, JOB, {"desensitisation": row.id})
    return await queries.view(act.session, row)


def _document(given: Mapping[str, Any] | str) -> Mapping[str, Any]:
    return contract_text.parse(given.encode()) if isinstance(given, str) else given


async def begin(act: Act, treatment_id: str) -> Desensitisation | None:
    """Take up a treatment, again after a crash; None when there is nothing left to do."""
    row = await locked(act.session, Desensitisation, treatment_id)
    if DESENSITISATION.is_final(row.status):
        return None
    if TreatmentAction.START in DESENSITISATION.actions(row.status):
        await _step(act, row, TreatmentAction.START)
    return row


async def fail(act: Act, treatment_id: str, problem: RunProblem) -> None:
    """End a treatment with the reason why nothing came of it."""
    row = await locked(act.session, Desensitisation, treatment_id)
    if DESENSITISATION.is_final(row.status):
        return
    row.problem = msgspec.to_builtins(problem)
    await act.session.flush()  # advance() reads the row again; the reason must not be lost.
    await _step(act, row, TreatmentAction.FAIL, problem=problem.code)


async def finish(
    act: Act,
    treatment_id: str,
    report: dict[str, Any],
    files: Mapping[str, Received],
    evidence: Received,
    anonymisation: Received | None,
) -> None:
    """Keep the files as a revision, and the reports as a document and as files for evidence, all in one unit."""
    row = await locked(act.session, Desensitisation, treatment_id)
    if DESENSITISATION.is_final(row.status):
        return
    owner = Actor(party=row.provider, key=None, admitted=True)
    kept = [await storage.keep(act.by(owner), file, name, Purpose.DATA) for name, file in files.items()]
    name = f"desensitisation-report-{row.id}.json"
    proof = await storage.keep(act.by(owner), evidence, name, Purpose.EVIDENCE)
    second = None
    if anonymisation is not None:
        name = f"anonymisation-report-{row.id}.json"
        second = await storage.keep(act.by(owner), anonymisation, name, Purpose.EVIDENCE)
    into = AddRevision(files=[file.id for file in kept])
    revision = await assets_commands.add_revision(act.by(owner), row.into_asset_id, into)
    asset = await assets.asset(act.session, row.asset_id)
    claims = {
        "asset": row.asset_id,
        "asset_name": asset.name,
        "revision": row.revision_id,
        "into_asset": row.into_asset_id,
        "new_revision": revision.id,
        "content_sha256": revision.content_sha256,
        "provider": row.provider,
        "report": report,
    }
    parties = [row.provider]
    document = await issue(act.by(SYSTEM), "desensitisation-report", row.id, claims, parties=parties)
    row.report, row.new_revision_id = report, revision.id
    row.evidence_file_id, row.document_id = proof.id, document.id
    row.anonymisation_file_id = None if second is None else second.id
    await act.session.flush()
    facts = {"new_revision": revision.id, "document": document.id, "personal": report["verdict"]["personal"]}
    await _step(act, row, TreatmentAction.FINISH, **facts)


async def _step(act: Act, row: Desensitisation, action: TreatmentAction, **facts: Any) -> None:
    parties = [row.provider]
    await lifecycle.advance(act.by(SYSTEM), row, DESENSITISATION, action, Role.SYSTEM, parties=parties, **facts)
