"""Reading offers, runs and their results, and whether programs are run here."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.programs.errors import ProgramResultUnusable
from channels.programs.models import ProgramOffer, ProgramProbe, ProgramResult, ProgramRun
from channels.programs.rules import PROBLEMS, RULES
from channels.programs.schemas import (
    ProgramLibrary,
    ProgramOfferView,
    ProgramResultView,
    ProgramRunView,
    ProgramServiceView,
    SetProgramOffer,
)
from channels.programs.states import DROPPED, PROGRAM_RUN, ProgramRunState
from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.storage import names
from kernel.storage.download import Download
from kernel.text import Text
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.listings import queries as listings
from market.listings.models import Listing
from rights.assets import queries as assets

RUNS: Final = Audience("program_run")
"""A run is between buyer and provider, as its delivery is, and no office looks into it."""

PROBE: Final = "workers"
_UNPROBED: Final = Text("工作进程尚未完成隔离检查", "the workers have not shown lately that they confine programs")
_REVIEWED: Final = (ProgramRunState.IN_REVIEW, ProgramRunState.RELEASED, ProgramRunState.REFUSED)


async def service(act: Act) -> ProgramServiceView:
    """Whether programs are run here now, by what the workers last found, as long as that holds."""
    rules = RULES.at(act.today).body
    row = await act.session.get(ProgramProbe, PROBE, populate_existing=True)
    if row is None or row.probed_at < act.at - timedelta(minutes=rules.probe_holds_minutes):
        return ProgramServiceView(
            available=False,
            missing=[_UNPROBED],
            confinement=None,
            probed_at=row.probed_at if row is not None else None,
            libraries=[],
            limits=rules.told,
        )
    return ProgramServiceView(
        available=row.confinement is not None,
        missing=[Text(each["zh"], each["en"]) for each in row.missing],
        confinement=row.confinement,
        probed_at=row.probed_at,
        libraries=msgspec.convert(row.libraries, list[ProgramLibrary]),
        limits=rules.told,
    )


async def newest_offer(session: AsyncSession, asset_id: str) -> ProgramOffer | None:
    """The version that an agreement gets which comes into force now."""
    query = select(ProgramOffer).where(ProgramOffer.asset_id == asset_id)
    return (await session.scalars(query.order_by(ProgramOffer.n.desc()).limit(1))).first()


async def offer_of(session: AsyncSession, agreement: Agreement) -> ProgramOffer | None:
    """The version that stood when an agreement came into force."""
    query = select(ProgramOffer).where(
        ProgramOffer.asset_id == agreement.licensed.asset_id, ProgramOffer.created_at <= agreement.in_force_at
    )
    return (await session.scalars(query.order_by(ProgramOffer.n.desc()).limit(1))).first()


def offer_view(row: ProgramOffer, here: ProgramServiceView) -> ProgramOfferView:
    """An offer, and whether it can be kept now."""
    return shown(row, ProgramOfferView, terms=msgspec.convert(row.terms, SetProgramOffer), service=here)


async def offers(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[ProgramOfferView]:
    """The versions of one's own asset, the newest first; raises NotFound for anybody else's."""
    await assets.own_asset(act, asset_id)
    here = await service(act)
    query = select(ProgramOffer).where(ProgramOffer.asset_id == asset_id)
    rows = await fetch(act.session, query, ProgramOffer.n, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: offer_view(row, here))


async def of_listing(act: Act, listing_id: str) -> ProgramOfferView:
    """How programs may run on a product's data, for whoever may see the product.

    Raises ListingUnavailable, and NotFound where its provider lets none run.
    """
    await listings.listing(act, listing_id)
    row = await newest_offer(act.session, (await one(act.session, Listing, listing_id)).asset_id)
    if row is None:
        raise NotFound(kind="program_offer", id=listing_id)
    return offer_view(row, await service(act))


def role_of(row: ProgramRun, actor: Actor) -> Role:
    """What the actor is to a run; raises NotFound for strangers."""
    role = RUNS.role(actor, buyer=row.buyer, provider=row.provider)
    if role is None:
        raise NotFound(kind=RUNS.kind, id=row.id)
    return role


def _reads(row: ProgramRun, role: Role) -> bool:
    """Whether somebody may read what a run ended with: its reviewer once it is to be reviewed, its buyer after."""
    if role is Role.PROVIDER:
        return row.status in _REVIEWED
    return row.status is ProgramRunState.RELEASED


def run_view(row: ProgramRun, results: Sequence[ProgramResult], actor: Actor) -> ProgramRunView:
    """A run for one of its sides."""
    role = role_of(row, actor)
    reads, reviews = _reads(row, role), role is Role.PROVIDER and _reads(row, role)
    ending = ("outcome", "exit_code", "said", "complained", "results_sha256")
    return shown(
        row,
        ProgramRunView,
        allowed_actions=sorted(map(str, PROGRAM_RUN.actions(row.status, role))),
        **{name: getattr(row, name) if reads else None for name in ending},
        milliseconds=row.milliseconds if reviews else None,
        peak_bytes=row.peak_bytes if reviews else None,
        results=[_result_view(each) for each in results] if reads else None,
        reviewed_by=row.reviewed_by if role is Role.PROVIDER else None,
    )


def _result_view(row: ProgramResult) -> ProgramResultView:
    return shown(row, ProgramResultView, problem=PROBLEMS[row.problem] if row.problem is not None else None)


async def results_of(session: AsyncSession, run_ids: Sequence[str]) -> dict[str, list[ProgramResult]]:
    """The results of runs, in the order of their names."""
    found: dict[str, list[ProgramResult]] = {run_id: [] for run_id in run_ids}
    query = select(ProgramResult).where(ProgramResult.run_id.in_(run_ids)).order_by(ProgramResult.name)
    for row in await session.scalars(query):
        found[row.run_id].append(row)
    return found


async def view_of(act: Act, row: ProgramRun) -> ProgramRunView:
    """A run that is at hand, as the actor sees it."""
    role_of(row, act.actor)
    return run_view(row, (await results_of(act.session, [row.id]))[row.id], act.actor)


async def run(act: Act, run_id: str) -> ProgramRunView:
    """One run; raises NotFound for strangers."""
    return await view_of(act, await one(act.session, ProgramRun, run_id))


async def runs(act: Act, *, order_id: str | None, limit: int, cursor: str | None) -> Page[ProgramRunView]:
    """The log of runs that the actor asked for or whose data is its own, the newest first."""
    query = select(ProgramRun).where(RUNS.among(act.actor, ProgramRun.buyer, ProgramRun.provider))
    if order_id is not None:
        query = query.where(ProgramRun.order_id == order_id)
    rows = await fetch(act.session, query, ProgramRun.id, limit=limit, cursor=cursor, newest_first=True)
    results = await results_of(act.session, [row.id for row in rows.items])
    return rows.of(lambda row: run_view(row, results[row.id], act.actor))


async def result(act: Act, run_id: str, name: str) -> Download:
    """A result to be read.

    Raises NotFound for strangers and for one that is not there or not the actor's to read, and ProgramResultUnusable.
    """
    row = await one(act.session, ProgramRun, run_id)
    there = await act.session.get(ProgramResult, (run_id, name)) if _reads(row, role_of(row, act.actor)) else None
    if there is not None and there.problem is not None:
        raise ProgramResultUnusable(name=name, reason=PROBLEMS[there.problem])
    if there is None or there.storage_key is None or there.sha256 is None:
        raise NotFound(kind="program_result", id=name)
    return Download(there.storage_key, there.size_bytes, there.sha256, there.name, names.media_type(there.name))


def dropped_results() -> Select[ProgramResult]:
    """Results that nobody will have."""
    over = select(ProgramRun.id).where(ProgramRun.status.in_(DROPPED))
    return select(ProgramResult).where(ProgramResult.run_id.in_(over))
