"""Searching the register: what is near an asset and why, the band of prices, and picks as inputs of the approach."""

import asyncio
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import FieldError
from kernel.text import Text
from kernel.time.clock import day_in_china, months_before
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets import queries as assets
from rights.assets.models import Asset
from valuation.appraisal.approaches import market_limits
from valuation.appraisal.basis import quality_basis_seen, rule_set
from valuation.appraisal.engine.inputs import Comparable, MarketModel, Parameter, QualityBasis
from valuation.appraisal.engine.limits import COMPARABLE_RULE, RULE_SET_RULE
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import MarketRules
from valuation.comparables import Band, Priced, band
from valuation.market_evidence import citing, relations
from valuation.market_evidence.models import ComparableRow
from valuation.market_evidence.policy import POLICY
from valuation.market_evidence.schemas import (
    ComparableView,
    Kind,
    LeftOut,
    NearView,
    NeighbourView,
    Pick,
    PickComparables,
    PickedView,
    RelationView,
)
from valuation.practitioners import queries as practitioners
from valuation.quality.access import readers

_TOLD = Text(
    "案例与四分位区间仅供参考：成交案例已注明，挂牌价不是成交价。",
    "Comparables and band are for orientation: an asking price is not a realised one.",
)
_TOO_FEW = Text("可比案例不足，不给出价格区间。", "Too few comparables are like this asset: there is no band.")


def comparable_view(row: ComparableRow) -> ComparableView:
    """A comparable for the wire, without the parties."""
    return shown(
        row,
        ComparableView,
        price=_number(row.price),
        related=[RelationView(code, relations.WORDS[code]) for code in row.related],
        **{
            name: None if (value := getattr(row, name)) is None else _number(value)
            for name in ("scale", "remaining_years", "quality")
        },
    )


def _number(value: Decimal) -> str:
    """A decimal without an exponent and without zeros that say nothing."""
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


async def comparables(
    session: AsyncSession, kind: Kind | None, mode: str | None, field: str | None, limit: int, cursor: str | None
) -> Page[ComparableView]:
    """The register, the newest entries first."""
    query = select(ComparableRow)
    for column, wanted in ((ComparableRow.kind, kind), (ComparableRow.mode, mode), (ComparableRow.field, field)):
        if wanted is not None:
            query = query.where(column == wanted)
    rows = await fetch(session, query, ComparableRow.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(comparable_view)


async def near(
    act: Act, asset_id: str, mode: str, currency: str, base_date: date | None, kind: Kind | None
) -> NearView:
    """What lies nearest to an asset among prices of its mode and currency that are not after the base date."""
    asset = await assets.asset(act.session, asset_id)
    await readers.require_valuer(act, asset)
    today = day_in_china(act.at)
    day, policy = base_date or today, POLICY.at(today).body
    wanted = _usable(mode, currency, day, _rules(day, today).age_months_max, kind, asset.id)
    known = int(await act.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0)
    newest = wanted.order_by(ComparableRow.dated.desc(), ComparableRow.id.desc()).limit(policy.considered_max)
    rows = (await act.session.scalars(newest)).all()
    # Comparing words is computation: the loop goes on answering others meanwhile.
    found = await asyncio.to_thread(_band, asset, mode, rows, policy.words_max)
    by_id = {row.id: row for row in rows}
    return NearView(
        asset_id=asset.id,
        mode=mode,
        currency=currency,
        base_date=day,
        known=known,
        considered=len(rows),
        low=_number(found.low) if found else None,
        middle=_number(found.middle) if found else None,
        high=_number(found.high) if found else None,
        only_asking=found.only_asking if found else False,
        neighbours=_neighbours(found, by_id) if found else [],
        note=_TOLD if found else _TOO_FEW,
    )


def _rules(base_date: date, today: date) -> MarketRules:
    """The rules of the market approach on the base date; raises InputsFaulty when there were none yet."""
    rules = rule_set(base_date, today).body.market
    if rules is None:
        text = Text("基准日生效的规则集不含市场法。", "The rule set of the base date has no market approach.")
        raise InputsFaulty(errors=[FieldError("/base_date", text, RULE_SET_RULE)], count=1)
    return rules


def _usable(
    mode: str, currency: str, day: date, months: int, kind: Kind | None, asset_id: str
) -> Select[ComparableRow]:
    query = select(ComparableRow).where(
        ComparableRow.mode == mode,
        ComparableRow.currency == currency,
        ComparableRow.dated <= day,
        ComparableRow.dated >= months_before(day, months),
        ComparableRow.asset_id.is_distinct_from(asset_id),
        ComparableRow.related == [],
    )
    return query if kind is None else query.where(ComparableRow.kind == kind)


def _band(asset: Asset, mode: str, rows: Sequence[ComparableRow], words_max: int) -> Band | None:
    """The band of an asset; its own price is not looked at, so any price above nothing will do."""
    traits = {"field": asset.theme, "region": asset.region, "update_cycle": asset.update_cycle}
    words = f"{asset.name} {asset.overview}"[:words_max]
    subject = Priced(asset.id, words, mode, traits, Decimal(1))
    return band(subject, [_priced(row) for row in rows])


def _priced(row: ComparableRow) -> Priced:
    traits = {"field": row.field, "region": row.region, "update_cycle": row.update_cycle}
    kind: Kind = "realised" if row.kind == "realised" else "asking"
    return Priced(row.id, row.words, row.mode, traits, row.price, kind)


def _neighbours(found: Band, rows: dict[str, ComparableRow]) -> list[NeighbourView]:
    return [
        NeighbourView(comparable_view(rows[each.listing.name]), f"{each.likeness:.4f}", each.why)
        for each in found.neighbours
    ]


async def picked(act: Act, asset_id: str, data: PickComparables) -> PickedView:
    """The picks as a market approach takes them; raises InputsFaulty with everything that refuses them.

    What the firm, or the valuer who acts, has a part in is no evidence.
    """
    await readers.require_valuer(act, await assets.asset(act.session, asset_id))
    person = await practitioners.of_actor(act)
    ours = {act.actor.party or "", *(() if person is None else person.interests)}
    basis = await quality_basis_seen(act, asset_id, data.scorecard_id)
    rules = _rules(data.base_date, day_in_china(act.at))
    wanted = {pick.comparable_id for pick in data.picks.values()}
    rows = await act.session.scalars(select(ComparableRow).where(ComparableRow.id.in_(wanted)))
    known = {row.id: row for row in rows}
    faults: list[FieldError] = []
    cases = {}
    for name, pick in sorted(data.picks.items()):
        found = _case(pick, known.get(pick.comparable_id), f"/picks/{name}", ours)
        if isinstance(found, Comparable):
            cases[name] = found
        else:
            faults += found
    model = _model(data, cases)
    faults += _refused(model, basis, rules, data)
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
    out = [LeftOut(name, why) for name, why in market_limits.left_out(model, rules)]
    return PickedView(model, out)


def _refused(model: MarketModel, basis: QualityBasis, rules: MarketRules, data: PickComparables) -> list[FieldError]:
    """What the approach itself finds wrong, by the place in what was sent."""
    found = market_limits.faults(model, basis, rules, "", data.currency, data.base_date)
    return [FieldError(each.pointer.replace("/comparables", "/picks", 1), each.detail, each.rule) for each in found]


def _model(data: PickComparables, cases: dict[str, Comparable]) -> MarketModel:
    return MarketModel(
        right=data.right,
        mode=data.mode,
        field=data.field,
        region=data.region,
        tax_basis=data.tax_basis,
        scale=data.scale,
        remaining_years=data.remaining_years,
        price_index=data.price_index,
        quality_exponent=data.quality_exponent,
        capacity_exponent=data.capacity_exponent,
        comparables=cases,
        right_remaining_years=data.right_remaining_years,
    )


def _case(pick: Pick, row: ComparableRow | None, place: str, ours: set[str]) -> Comparable | list[FieldError]:
    """One pick with the register's provenance, or everything that is wrong with it."""
    if row is None:
        text = Text(f"登记簿中没有案例 {pick.comparable_id}。", f"The register holds no {pick.comparable_id}.")
        return [FieldError(f"{place}/comparable_id", text, COMPARABLE_RULE)]
    faults = [*citing.own(row, place, ours), *relations.fault(row, f"{place}/comparable_id")]
    right = row.right or pick.right
    told = {name: _told(row, pick, name) for name in ("scale", "remaining_years", "quality")}
    lacking = [name for name, value in {"right": right, **told}.items() if value is None]
    for name in lacking:
        text = Text("登记簿未载明，请说明并注明来源。", "The register does not tell it: state it with its source.")
        faults.append(FieldError(f"{place}/{name}", text, COMPARABLE_RULE))
    for name in ("right", "scale", "remaining_years", "quality"):
        if getattr(row, name) is not None and getattr(pick, name) is not None:
            text = Text("登记簿已载明，不得另行填写。", "The register tells it; it cannot be stated otherwise.")
            faults.append(FieldError(f"{place}/{name}", text, COMPARABLE_RULE))
    scale, years, quality = told["scale"], told["remaining_years"], told["quality"]
    if faults or right is None or scale is None or years is None or quality is None:
        return faults
    return Comparable(
        kind="realised" if row.kind == "realised" else "asking",
        dated=row.dated,
        price=parameter(row, row.price),
        currency=row.currency,
        tax_basis="pre-tax" if row.tax_basis == "pre-tax" else "post-tax",
        right=right,
        mode=row.mode,
        field=pick.field or row.field,
        region=pick.region or row.region,
        scale=scale,
        remaining_years=years,
        quality=quality,
        price_index=pick.price_index,
        supply_demand=pick.supply_demand,
        other=pick.other,
        weight=pick.weight,
    )


def _told(row: ComparableRow, pick: Pick, name: str) -> Parameter | None:
    """A measure by the register, else as the valuer states it."""
    value = getattr(row, name)
    stated: Parameter | None = getattr(pick, name)
    return stated if value is None else parameter(row, value)


def parameter(row: ComparableRow, value: Decimal) -> Parameter:
    """A number of the register with its provenance."""
    name = "成交案例 realised trade" if row.kind == "realised" else "挂牌价 asking price"
    return Parameter(
        value=_number(value),
        source=f"{name}, {row.platform}, {row.dated}",
        evidence=f"{row.id} {row.evidence_sha256}",
        confidence="high" if row.kind == "realised" else "low",
    )
