"""The listings that an index finds for a want, narrowed to the few that are scored."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import sqltypes

from kernel.act import Act
from kernel.money import Money
from market.listings import search
from market.listings.finding.statements import STANDS
from market.requests.matching.scoring import Candidate
from market.requests.schemas import Want
from rights.grants.vocabulary import Words

# What an index or a column can tell is asked here, so that the few are not filled with what cannot fit; the rest is
# asked of each candidate. Tiers: what holds every word, then hits in titles, then the rest, until there are enough.
_FITS: Final = """ AND provider <> :buyer
    AND (currency IS NULL OR CAST(:currency AS text) IS NULL OR currency = :currency)
    AND (quality_score IS NULL OR CAST(:quality AS bigint) IS NULL OR quality_score >= :quality)
    AND (CAST(:delivery AS text) IS NULL OR delivery = :delivery)
    AND licence -> 'purposes' ?| :purposes AND licence -> 'actions' ?& :actions"""
_TIER: Final = """SELECT id FROM listing WHERE status = 'listed' AND search @@ CAST(:tier AS tsquery)
    :fits""".replace(":fits", _FITS)
_STATEMENT: Final = """WITH whole AS MATERIALIZED (:every_tier LIMIT :most),
    titled AS MATERIALIZED (:title_tier AND id NOT IN (SELECT id FROM whole)
        LIMIT (SELECT :most - count(*) FROM whole)),
    rest AS MATERIALIZED (:any_tier AND id NOT IN (SELECT id FROM whole) AND id NOT IN (SELECT id FROM titled)
        LIMIT (SELECT :most - (SELECT count(*) FROM whole) - count(*) FROM titled)),
    ranked AS MATERIALIZED (SELECT id FROM whole UNION ALL SELECT id FROM titled UNION ALL SELECT id FROM rest)
    SELECT one.id, one.provider, one.title_zh, one.title_en, one.keywords, one.theme, one.summary_zh, one.summary_en,
        one.licence, one.delivery, one.quality_score, one.freshness_at,
        CASE one.price_kind WHEN 'free' THEN 0 ELSE one.price_minor END AS price_minor,
        COALESCE(one.currency, CAST(:currency AS text), 'CNY') AS currency,
        (SELECT level FROM classification WHERE asset_id = one.asset_id ORDER BY id DESC LIMIT 1) AS level,
        (SELECT array_agg(DISTINCT name) FROM jsonb_each(one.sample_rows) AS shown(tab, rows), jsonb_object_keys(
            CASE WHEN jsonb_typeof(shown.rows -> 0) = 'object' THEN shown.rows -> 0 ELSE '{}' END) AS name) AS fields
    FROM ranked JOIN listing AS one ON one.id = ranked.id WHERE :stands"""


def _statement() -> str:
    """The statement with its tiers and what may be sold put in at their places."""
    statement = _STATEMENT.replace(":stands", STANDS)
    for tier in ("every", "title", "any"):
        statement = statement.replace(f":{tier}_tier", _TIER.replace(":tier", f":{tier}"))
    return statement


_FOUND: Final = text(_statement()).bindparams(
    bindparam("purposes", type_=ARRAY(sqltypes.Text)), bindparam("actions", type_=ARRAY(sqltypes.Text))
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is to be scored; `capped` says that there may be more."""

    candidates: list[Candidate]
    capped: bool


async def candidates_for(act: Act, buyer: str, want: Want, words: Words, most: int) -> Candidates:
    """At most so many listings that hold words of the want, may be sold today, and are not the buyer's own."""
    asked = search.query(want.words)
    mask = words.purposes.bits.get(want.purpose, 0)
    values = {
        "every": asked.every,
        "title": asked.any_in_title,
        "any": asked.any,
        "buyer": buyer,
        "currency": None if want.budget is None else want.budget.currency,
        "quality": want.quality_min,
        "delivery": want.delivery,
        "purposes": [code for code, bits in words.purposes.bits.items() if bits & mask],
        "actions": want.actions,
        "most": most,
        "day": act.today,
    }
    rows = (await act.session.execute(_FOUND, values)).all()
    return Candidates([_candidate(row) for row in rows], len(rows) >= most)


def _candidate(row: Row[Any]) -> Candidate:
    told = (row.title_zh, row.title_en, *row.keywords, row.theme, row.summary_zh, row.summary_en)
    return Candidate(
        listing_id=row.id,
        provider=row.provider,
        title_zh=row.title_zh,
        title_en=row.title_en,
        text="\n".join(told),
        actions=frozenset(row.licence["actions"]),
        purposes=tuple(row.licence["purposes"]),
        territory=tuple(row.licence["territory"]),
        level=row.level,
        delivery=row.delivery,
        fields=None if row.fields is None else frozenset(search.fold(name) for name in row.fields),
        quality=row.quality_score,
        freshness_at=row.freshness_at,
        price=None if row.price_minor is None else Money(row.price_minor, row.currency),
    )
