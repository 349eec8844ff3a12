"""Filling the register: a settled trade in the market's own transaction, asking prices from a file."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.log.record import record
from kernel.money import EXPONENTS, Money
from kernel.time.clock import day_in_china
from rights.assets import queries as assets
from valuation.market_evidence import listings, relations
from valuation.market_evidence.models import ComparableRow
from valuation.market_evidence.policy import POLICY
from valuation.quality import queries as quality

PLATFORM = "liutong"
"""What the register calls this market."""

YEAR_DAYS = Decimal(365)


@dataclass(frozen=True, slots=True)
class Trade:
    """A settled trade as the market tells it; `right` and `mode` are those that the licence grants.

    Of one that is not `whole` the price is for a part of the revision only, whose rows nobody has counted.
    `marks` are what the market itself noticed of it, by their names among `relations.WORDS`.
    """

    settlement_id: str
    document_sha256: str
    asset_id: str
    revision_id: str
    title: str
    parties: tuple[str, str]
    price: Money
    right: str
    mode: str
    term_days: int
    licence: dict[str, Any]
    whole: bool = True
    marks: tuple[str, ...] = ()


async def admit(act: Act, trade: Trade) -> None:
    """Enter a settled trade, once, in the transaction that settles it."""
    day = day_in_china(act.at)
    asset = await assets.asset(act.session, trade.asset_id)
    card = await quality.latest_scorecard(act.session, trade.revision_id)
    policy = POLICY.at(day).body
    comparable_id = ids.new("cmp")
    row: dict[str, Any] = {
        "id": comparable_id,
        "kind": "realised",
        "reference": trade.settlement_id,
        "evidence_sha256": trade.document_sha256,
        "platform": PLATFORM,
        "title": trade.title[:200],
        "words": f"{asset.name} {trade.title} {asset.overview}"[: policy.words_max],
        "asset_id": asset.id,
        "parties": sorted(trade.parties),
        "dated": day,
        "price": Decimal(trade.price.minor).scaleb(-EXPONENTS[trade.price.currency]),
        "currency": trade.price.currency,
        "tax_basis": policy.trade_tax_basis,
        "right": trade.right,
        "mode": trade.mode,
        "field": asset.theme,
        "region": asset.region,
        "update_cycle": asset.update_cycle,
        "scale": Decimal(card.row_count) if trade.whole and card is not None and card.row_count > 0 else None,
        "remaining_years": (Decimal(trade.term_days) / YEAR_DAYS).quantize(Decimal("0.0001")),
        "quality": card.score if card is not None else None,
        "licence": trade.licence,
        "related": [*await relations.of_trade(act.session, trade.parties, asset.id, day, policy), *trade.marks],
        "created_at": act.at,
    }
    if not await _insert(act.session, [row]):
        return
    facts = {"asset": asset.id, "like": [[trade.mode, asset.theme]], "settlement": trade.settlement_id}
    record(act.by(SYSTEM), "valuation.comparable.admitted", comparable_id, facts=facts)


async def _insert(session: AsyncSession, rows: list[dict[str, Any]]) -> set[str]:
    """Insert what is not known yet; gives the ids of what was new."""
    if not rows:
        return set()
    query = insert(ComparableRow).values(rows).on_conflict_do_nothing(index_elements=["kind", "reference"])
    return set(await session.scalars(query.returning(ComparableRow.id)))


@dataclass(slots=True)
class Imported:
    """What an import found: rows read, rows new and of which modes and fields, rows known, and rows skipped."""

    read: int
    new: int
    known: int
    skipped: dict[listings.Reason, int]
    like: set[tuple[str, str]]


async def import_listings(act: Act, path: Path, dated: date, tax_basis: str) -> Imported:
    """Enter the asking prices of a file, each listing once; raises listings.FileFaulty and then nothing is kept."""
    policy, done, batch = POLICY.at(day_in_china(act.at)).body, Imported(0, 0, 0, {}, set()), list[dict[str, Any]]()
    for each in listings.read(path, dated, policy.words_max):
        done.read += 1
        if isinstance(each, listings.AskingPrice):
            batch.append(_asked(each, tax_basis, act.at))
            if len(batch) == _BATCH:
                await _keep(act.session, batch, done)
        else:
            done.skipped[each] = done.skipped.get(each, 0) + 1
    await _keep(act.session, batch, done)
    if done.new:
        like = [list(each) for each in sorted(done.like)]
        facts = {"read": done.read, "new": done.new, "dated": dated.isoformat(), "name": path.name, "like": like}
        record(act.by(SYSTEM), "valuation.comparables.imported", ids.new("imp"), facts=facts)
    return done


_BATCH = 500


async def _keep(session: AsyncSession, batch: list[dict[str, Any]], done: Imported) -> None:
    """Insert a batch; one listing twice in a batch is one comparable."""
    once = {each["reference"]: each for each in batch}
    new = await _insert(session, list(once.values()))
    done.new, done.known = done.new + len(new), done.known + len(batch) - len(new)
    done.like |= {(each["mode"], each["field"]) for each in batch if each["id"] in new}
    batch.clear()


def _asked(each: listings.AskingPrice, tax_basis: str, at: datetime) -> dict[str, Any]:
    return {
        "id": ids.new("cmp"),
        "kind": "asking",
        "reference": each.reference,
        "evidence_sha256": each.row_sha256,
        "platform": each.platform,
        "title": each.title,
        "words": each.words,
        "asset_id": None,
        "parties": [],
        "dated": each.dated,
        "price": each.price,
        "currency": each.currency,
        "tax_basis": tax_basis,
        "right": None,
        "mode": each.mode,
        "field": each.field,
        "region": each.region,
        "update_cycle": each.update_cycle,
        "scale": None,
        "remaining_years": None,
        "quality": None,
        "licence": {},
        "related": [],
        "created_at": at,
    }
