"""Carrying manifests out, and trying what would come of it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.db import find_locked, lock_name, locked
from kernel.errors import DomainError
from kernel.views.audience import own_party
from market.listings import commands as listings
from market.listings.models import Listing
from market.listings.schemas import DelistListing
from market.listings.states import ListingState
from market.manifests import specs
from market.manifests.comparing import KIND, Case, compare, faults_of, plan_digest
from market.manifests.errors import ManifestPlanStale, ManifestsRefused
from market.manifests.models import AppliedManifest
from market.manifests.rules import Action
from market.manifests.schemas import (
    ApplyManifests,
    FieldChange,
    ManifestApplication,
    ManifestPlan,
    PlanFault,
    PlanLine,
    PlanManifests,
)

REASON: Final = "按挂牌清单下架 · taken off by its manifest"
_UP: Final = (ListingState.LISTED, ListingState.SUSPENDED)


async def plan(act: Act, asked: PlanManifests) -> ManifestPlan:
    """What would be done, with everything that stands against it; every gate is asked, and nothing stays."""
    cases = await compare(act, asked)
    digest = plan_digest(asked, cases)
    lines = [_line(case) for case in cases]
    savepoint = await act.session.begin_nested()
    await _carry_out(act, asked, cases)
    await savepoint.rollback()
    full = [_with(line, _faults(case)) for line, case in zip(lines, cases, strict=True)]
    return ManifestPlan(digest, any(line.action is not Action.NOTHING or line.faults for line in full), full)


async def apply(act: Act, data: ApplyManifests) -> ManifestApplication:
    """Carry a plan out as a whole; raises ManifestPlanStale, and ManifestsRefused with all that stands against it."""
    await lock_name(act.session, "manifests", own_party(act.actor))
    cases = await compare(act, data.asked)
    if plan_digest(data.asked, cases) != data.plan:
        raise ManifestPlanStale
    lines = await _carry_out(act, data.asked, cases)
    if faults := [fault for case in cases for fault in case.faults]:
        raise ManifestsRefused(errors=faults, count=len(faults))
    return ManifestApplication(lines)


async def make_way(act: Act, listing_id: str) -> None:
    """Take off the shelf what a product replaces that is there now; while it is not, both stay as they are."""
    query = select(AppliedManifest).where(AppliedManifest.listing_id == listing_id)
    record = await find_locked(act.session, query)
    if record is None or record.replaces is None:
        return
    if (await locked(act.session, Listing, listing_id)).status is not ListingState.LISTED:
        return
    await listings.make_way(act, record.replaces, listing_id)
    record.replaces = None


async def _carry_out(act: Act, asked: PlanManifests, cases: Sequence[Case]) -> list[PlanLine]:
    """Do what is to be done about each product, each by itself, so that what stands against one hides no other."""
    lines = []
    for case in cases:
        if case.faults:
            continue
        try:
            async with act.session.begin_nested():
                lines.append(await _do(act, asked, case))
        except DomainError as refused:
            case.faults.extend(faults_of(refused, case.at if case.is_pruned else f"{case.at}/spec"))
    return lines


async def _do(act: Act, asked: PlanManifests, case: Case) -> PlanLine:
    listing_id = await _described(act, case)
    if case.action is Action.DELIST:
        for row in (case.row, case.earlier):
            if row is not None and row.status in _UP:
                await listings.delist(act, row.id, DelistListing(REASON))
    if case.submits:
        await listings.submit(act, listing_id)
    if case.action is not Action.NOTHING:
        await _keep(act, asked, case, listing_id)
    row = await act.session.get_one(Listing, listing_id)
    return _line(case, row)


async def _described(act: Act, case: Case) -> str:
    """The product as its manifest describes it: a new one, the draft, or the one that is there."""
    if case.row is None or case.action is Action.REPLACE:
        if case.row is not None and case.earlier is not None:
            successor = await locked(act.session, Listing, case.row.id)
            if successor.status in _UP:
                await listings.make_way(act, case.earlier.id, successor.id)
        return (await listings.create(act, specs.described(case.merge.target))).id
    if case.action is Action.CHANGE:
        await listings.change(act, case.row.id, specs.described(case.merge.target))
    return case.row.id


async def _keep(act: Act, asked: PlanManifests, case: Case, listing_id: str) -> None:
    """Remember what was carried out; of what is pruned nothing."""
    record = case.record
    if case.spec is None:
        await act.session.delete(record)
        await act.session.flush()
        return
    if record is None:
        record = AppliedManifest(
            party_id=own_party(act.actor), kind=KIND, name=case.name, version=0, replaces=None, listing_id=listing_id
        )
        act.session.add(record)
    elif case.action is Action.REPLACE:
        record.replaces = next(
            (row.id for row in (case.row, case.earlier) if row is not None and row.status in _UP), None
        )
    elif case.action is Action.DELIST:
        record.replaces = None
    record.listing_id, record.spec, record.set_name = listing_id, case.spec, case.set
    record.manager, record.version, record.applied_at = asked.manager, record.version + 1, act.at
    await act.session.flush()


def _line(case: Case, row: Listing | None = None) -> PlanLine:
    here = row or case.row
    return PlanLine(
        name=case.name,
        set=case.set,
        action=case.action,
        submits=case.submits,
        pruned=case.is_pruned,
        listing_id=None if here is None else here.id,
        status=None if here is None else here.status,
        decision_reason=None if here is None else here.decision_reason,
        changes=[FieldChange(f"/spec/{each.field}", each.before, each.after) for each in case.merge.changes],
        drift=[FieldChange(f"/spec/{each.field}", each.before, each.after) for each in case.merge.drift],
        faults=_faults(case),
    )


def _with(line: PlanLine, faults: list[PlanFault]) -> PlanLine:
    return PlanLine(**{name: getattr(line, name) for name in line.__struct_fields__ if name != "faults"}, faults=faults)


def _faults(case: Case) -> list[PlanFault]:
    return [PlanFault(fault.pointer, fault.detail.zh, fault.detail.en, fault.rule) for fault in case.faults]
