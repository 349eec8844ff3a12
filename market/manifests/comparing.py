"""Manifests beside what was carried out last and what is there: what would be done about each product."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from kernel.act import Act
from kernel.crypto.canonical import digest
from kernel.db import several
from kernel.errors import DomainError, FieldError, InvalidInput
from kernel.text import Text
from kernel.views.audience import own_party
from market.listings.models import Listing
from market.listings.states import ListingState
from market.manifests import specs
from market.manifests.models import AppliedManifest
from market.manifests.rules import RULES, Action, Merge, Obstacle, ShelfState, decide, merge
from market.manifests.schemas import ListingManifest, PlanManifests
from rights.assets.models import Asset
from rights.assets.queries import AUDIENCE as ASSETS

RULE: Final = "LT-LST-21"
JUDGED: Final = "LT-LST-22"
KIND: Final = "Listing"
_UP: Final = (ListingState.LISTED, ListingState.SUSPENDED)

_OBSTACLES: Final = {
    Obstacle.AWAITS_REVIEW: Text(
        "商品正在审核，审核结束前不能更改；请待审核结束后再执行",
        "It is with the reviewer, and is not changed before that is decided: apply again then",
    ),
    Obstacle.NO_WAY_BACK: Text(
        "已上架的商品不能退回草稿；请用 listed 或 delisted",
        "What is on the shelf is no draft again: use listed or delisted",
    ),
    Obstacle.NEVER_LISTED: Text(
        "商品从未上架，无从下架；请用 draft 或 listed",
        "It was never on the shelf, and cannot be taken off: use draft or listed",
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One product with everything that is compared about it, and what is to be done."""

    name: str
    set: str | None
    at: str
    record: AppliedManifest | None
    row: Listing | None
    earlier: Listing | None
    spec: dict[str, Any] | None
    merge: Merge
    action: Action
    submits: bool
    faults: list[FieldError] = field(default_factory=list)

    @property
    def is_pruned(self) -> bool:
        """Whether it is not among the manifests of its set."""
        return self.spec is None

    @property
    def print(self) -> list[Any]:
        """What must be the same when the plan is carried out."""
        record = self.record
        before = None if record is None else [record.version, record.listing_id, record.replaces]
        live = None if self.row is None else [self.row.version, self.row.status, specs.of_row(self.row)]
        earlier = None if self.earlier is None else [self.earlier.version, self.earlier.status]
        return [self.name, self.set, self.spec, before, live, earlier, self.action, self.submits]


def plan_digest(asked: PlanManifests, cases: Sequence[Case]) -> str:
    """What a plan is known by when it is carried out."""
    return digest([asked.manager, asked.force, asked.prune, [case.print for case in cases]])


async def compare(act: Act, asked: PlanManifests) -> list[Case]:
    """Every product that manifests are about, and those that are pruned, each with what is to be done."""
    records = await _records(act, asked)
    ids = {record.listing_id for record in records.values()}
    ids |= {record.replaces for record in records.values() if record.replaces is not None}
    rows = await several(act.session, Listing, sorted(ids))
    cases: list[Case] = []
    names: set[str] = set()
    for at, manifest in enumerate(asked.manifests):
        case = await _wanted(act, asked, manifest, f"/manifests/{at}", records.get(manifest.metadata.name), rows)
        if manifest.metadata.name in names:
            text = Text("清单名重复；请改名", "Two manifests have this name: rename one")
            case.faults.append(FieldError(f"{case.at}/metadata/name", text, RULE))
        names.add(manifest.metadata.name)
        cases.append(case)
    pruned = [_pruned(record, rows) for name, record in sorted(records.items()) if name not in names]
    most = RULES.at(act.today).body.prunes_unasked_max
    if len(pruned) > most and asked.expect != len(pruned) and pruned:
        text = Text(
            f"将清理 {len(pruned)} 件，超过 {most} 件须写明 expect: {len(pruned)}",
            f"{len(pruned)} would be pruned; more than {most} need expect: {len(pruned)}",
        )
        pruned[0].faults.append(FieldError("/expect", text, RULE))
    return [*cases, *pruned]


async def _records(act: Act, asked: PlanManifests) -> dict[str, AppliedManifest]:
    """What was carried out under these names, and what this manager has in the set that is pruned."""
    table, party = AppliedManifest, own_party(act.actor)
    names = [manifest.metadata.name for manifest in asked.manifests]
    named: ColumnElement[bool] = table.name.in_(names)
    if asked.prune is not None:
        named |= (table.manager == asked.manager) & (table.set_name == asked.prune)
    query = select(table).where(table.party_id == party, table.kind == KIND, named)
    return {row.name: row for row in await act.session.scalars(query.with_for_update())}


async def _wanted(
    act: Act,
    asked: PlanManifests,
    manifest: ListingManifest,
    at: str,
    record: AppliedManifest | None,
    rows: dict[str, Listing],
) -> Case:
    """One manifest, compared."""
    row = None if record is None else rows[record.listing_id]
    earlier = None if record is None or record.replaces is None else rows[record.replaces]
    live = None if row is None else specs.of_row(row)
    applied = None if record is None else specs.of_record(record.spec)
    set_name = manifest.metadata.set if isinstance(manifest.metadata.set, str) else None
    base = Case(
        manifest.metadata.name, set_name, at, record, row, earlier, {}, merge({}, None, live), Action.NOTHING, False
    )
    try:
        spec = specs.of_spec(manifest.spec, await _asset(act, manifest.spec.asset, row))
    except DomainError as refused:
        return replace(base, faults=faults_of(refused, f"{at}/spec"))
    state = ShelfState(spec["state"])
    # What is off the shelf, or on its way there, is not described anew.
    going = {"state": spec["state"]} if state is ShelfState.DELISTED and live is not None else spec
    compared = merge(going, applied, live)
    changed = {change.field for change in compared.changes}
    action, obstacle = decide(
        None if row is None else row.status,
        state,
        changed=bool(changed - {"state"}),
        again=asked.force or "state" in changed,
        earlier_listed=earlier is not None and earlier.status in _UP,
    )
    submits = state is ShelfState.LISTED and action in (Action.CREATE, Action.CHANGE, Action.REPLACE, Action.SUBMIT)
    if action is Action.NOTHING and record is not None and _kept(record) != (spec, set_name, asked.manager):
        action = Action.REMEMBER
    case = replace(base, spec=spec, merge=compared, action=action, submits=submits)
    if obstacle is not None:
        where = "" if obstacle is Obstacle.AWAITS_REVIEW else "/state"
        case.faults.append(FieldError(f"{at}/spec{where}", _OBSTACLES[obstacle], JUDGED))
    if not asked.force:
        case.faults.extend(_disputed(asked, case))
    return case


def _kept(record: AppliedManifest) -> tuple[dict[str, Any], str | None, str]:
    return specs.of_record(record.spec), record.set_name, record.manager


def _disputed(asked: PlanManifests, case: Case) -> list[FieldError]:
    """What somebody else has changed or manages, which is not taken over unasked."""
    faults = []
    if case.record is not None and case.record.manager != asked.manager:
        text = Text(
            f"由 {case.record.manager} 管理；如需接管请用 force",
            f"It is managed by {case.record.manager}: use force to take it over",
        )
        faults.append(FieldError(f"{case.at}/metadata/name", text, RULE))
    for change in case.merge.drift:
        text = Text(
            "上次执行后已在别处改动；请按现状更正清单，或用 force 覆盖",
            "It was changed elsewhere since it was applied: mend the manifest, or use force to set it again",
        )
        faults.append(FieldError(f"{case.at}/spec/{change.field}", text, RULE))
    return faults


async def _asset(act: Act, words: str, row: Listing | None) -> str:
    """The asset that a manifest names by its id or by its name; raises what is wrong with that."""
    own = select(Asset.id).where(ASSETS.among(act.actor, Asset.party_id), Asset.party_id == own_party(act.actor))
    by = Asset.id == words if words.startswith("ast_") else Asset.name == words
    ids = list(await act.session.scalars(own.where(by).limit(2)))
    if len(ids) != 1:
        text = (
            Text("没有这一资产；请用贵方资产的编号或名称", "There is no such asset: use the id or name of one of yours")
            if not ids
            else Text("不止一个资产用此名称；请用资产编号", "More than one asset has this name: use its id")
        )
        raise _fault("/asset", text)
    if row is not None and row.asset_id != ids[0]:
        text = Text(
            "同名清单属于另一资产；请另取清单名",
            "The manifest of this name is about another asset: use another name",
        )
        raise _fault("/asset", text)
    return ids[0]


def _fault(pointer: str, text: Text) -> DomainError:
    return InvalidInput(errors=[FieldError(pointer, text, RULE)])


def _pruned(record: AppliedManifest, rows: dict[str, Listing]) -> Case:
    """A product that this manager has in the set, and that is not among the manifests."""
    row, earlier = rows[record.listing_id], None if record.replaces is None else rows[record.replaces]
    compared = merge({}, None, specs.of_row(row))
    up = row.status in _UP or (earlier is not None and earlier.status in _UP)
    action = Action.DELIST if up else Action.REMEMBER
    case = Case(record.name, record.set_name, "/prune", record, row, earlier, None, compared, action, False)
    if row.status is ListingState.SUBMITTED:
        case.faults.append(FieldError("/prune", _OBSTACLES[Obstacle.AWAITS_REVIEW], JUDGED))
    return case


def faults_of(refused: DomainError, at: str) -> list[FieldError]:
    """What a refusal says, at its place in the manifests."""
    if not refused.errors:
        return [FieldError(at, refused.sentence, refused.rule)]
    return [
        FieldError(f"{at}{specs.place(fault.pointer)}", fault.detail, fault.rule or refused.rule or RULE)
        for fault in refused.errors
    ]
