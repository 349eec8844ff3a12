"""The statements that find products on the shelf: by words, best first, or the newest, as they may be sold on a day."""

from typing import Final

from sqlalchemy import TextClause, bindparam, text

from market.listings import search
from market.listings.finding.facets import fitting
from market.listings.models import PRICE_KEY

# What may be sold today, as the statement that places orders has it: a renewed or corrected certificate goes on, one
# that lapsed, ended or passed on does not, nor what has become too old, and a suspended provider is not shown. It is
# asked of what is about to be shown and not of every hit: a value of its own for each
# row, in their order, until the page is full.
STANDS: Final = """(
        SELECT true FROM listing l
        JOIN party seller ON seller.id = l.provider AND seller.status = 'admitted'
         AND (seller.admitted_until IS NULL OR seller.admitted_until >= :day)
        JOIN certificate basis ON basis.id = l.certificate_id
        JOIN certificate standing
          ON standing.content_sha256 = basis.content_sha256 AND standing.status = 'in_force'
         AND standing.asset_id = basis.asset_id AND standing.party_id = l.provider
         AND standing.valid_from <= :day AND standing.valid_until >= :day
        WHERE l.id = ranked.id AND (l.look_again_on IS NULL OR l.lapses_rule IS NULL OR l.look_again_on > :day) LIMIT 1
    )"""

# What is ranked is collected in tiers: first the few that hold every word, which nothing may crowd out, then hits in
# titles, then the rest, until the candidates are full. Hits in titles are found and ranked by the row's short head:
# the whole of a long text is read from pages of its own and unpacked, which is dear, so fewer of the rest are ranked.
_RANKED: Final = """, ranked AS MATERIALIZED (
        SELECT id, every, CAST(rank AS float8) AS rank, (SELECT count(*) FROM hit) AS found,
            (SELECT count(*) FROM hit) >= :most OR (SELECT count(*) FROM body) >= :most_body AS capped
        FROM hit
        WHERE (every, CAST(rank AS float8), id) < (:after_every, :after_rank, :after_id)
        ORDER BY every DESC, rank DESC, id DESC
    )
    SELECT id, every, rank, found, capped FROM ranked WHERE :stands LIMIT :limit
    """.replace(":stands", STANDS)
_TIER: Final = """SELECT id, :is_every AS every, ts_rank(:where, CAST(:asked AS tsquery)) AS rank
        FROM listing WHERE status = 'listed' AND :where @@ CAST(:tier AS tsquery):fits"""
_UNSEEN: Final = " AND id NOT IN (SELECT id FROM whole)"


# A plan is compared by the least that a period of it comes to, and what is free costs nothing.
AMOUNT: Final = """CASE price_kind WHEN 'free' THEN 0 ELSE
    CASE WHEN currency = :currency THEN COALESCE(price_minor, from_minor) END END"""
_FITS: Final = f"{fitting()} AND (CAST(:most_minor AS bigint) IS NULL OR {AMOUNT} <= :most_minor)"


def _tiers(*parts: str, **tiers: str) -> tuple[TextClause, TextClause]:
    """A ranking of tiers, each put in at its :name: of all products, and of those that filters leave."""
    statement = "".join(parts)
    for name, tier in tiers.items():
        statement = statement.replace(f"(:{name}", f"({tier}")
    return _both(statement)


def _both(statement: str) -> tuple[TextClause, TextClause]:
    return text(statement.replace(":fits", "")), text(statement.replace(":fits", _FITS))


def _tier(terms: str, *, where: str = "search", besides: str = "", every: bool) -> str:
    """A tier: hits of some terms in a column, without those of other terms in the head."""
    tier = _TIER.replace(":is_every", "true" if every else "false").replace(":tier", f":{terms}")
    tier = tier.replace(":where", where)
    return f"{tier} AND NOT search_head @@ CAST(:{besides} AS tsquery)" if besides else tier


# Where every word is asked for, every hit has them all.
RANK_EVERY: Final = _tiers(
    """WITH title AS MATERIALIZED (:title_tier LIMIT :most),
    body AS MATERIALIZED (:body_tier LIMIT (SELECT LEAST(:most_body, :most - count(*)) FROM title)),
    hit AS (SELECT * FROM title UNION ALL SELECT * FROM body)""",
    _RANKED,
    title_tier=_tier("title", where="search_head", every=True),
    body_tier=_tier("asked", besides="title", every=True),
)
RANK_ANY: Final = _tiers(
    """WITH whole AS MATERIALIZED (:whole_tier LIMIT :most),
    title AS MATERIALIZED (:title_tier LIMIT (SELECT :most - count(*) FROM whole)),
    body AS MATERIALIZED (:body_tier LIMIT (
        SELECT LEAST(:most_body, :most - (SELECT count(*) FROM whole) - count(*)) FROM title)),
    hit AS (SELECT * FROM whole UNION ALL SELECT * FROM title UNION ALL SELECT * FROM body)""",
    _RANKED,
    whole_tier=_tier("every", every=True),
    title_tier=_tier("title", where="search_head", every=False) + _UNSEEN,
    body_tier=_tier("asked", besides="title", every=False) + _UNSEEN,
)
# Another order than by relevance: what is sorted is a whole number that rises, and among equals the newest comes first.
# What has no amount in the currency, and what has no score, comes last.
_KEYS: Final = {
    "newest": "0",
    "price": f"COALESCE({AMOUNT}, {2**62})",
    "price-CNY": PRICE_KEY,
    "score": "CAST(-100 * COALESCE(quality_score, -1) AS bigint)",
}


_SORTED: Final = """WITH ranked AS (
        SELECT id, :key AS key FROM listing WHERE status = 'listed':words AND :is_after:fits ORDER BY :in_order
    )
    SELECT id, key FROM ranked WHERE :stands LIMIT :limit""".replace(":stands", STANDS)


def _sorted(key: str, *, worded: bool) -> tuple[TextClause, TextClause]:
    words = " AND search @@ CAST(:asked AS tsquery)" if worded else ""
    after = "id < :after_id" if key == "0" else f"{key} >= :after_key AND ({key} > :after_key OR id < :after_id)"
    order = "id DESC" if key == "0" else f"{key}, id DESC"
    statement = _SORTED.replace(":words", words).replace(":is_after", after).replace(":in_order", order)
    return _both(statement.replace(":key", key))


SORTED: Final = {(sort, worded): _sorted(key, worded=worded) for sort, key in _KEYS.items() for worded in (False, True)}
"""By order, and whether there are words: the statement over all products, and over those that filters leave."""

NEWEST: Final = SORTED["newest", False]
# What STANDS asks of each product is here asked once of the one provider and of its certificates, so that a page far
# behind costs an index scan (ix_listing_shelf) and not a question for each product before it.
OF_PROVIDER: Final = text(
    """
    WITH good AS MATERIALIZED (
        SELECT DISTINCT basis.id FROM certificate standing
        JOIN certificate basis
          ON basis.content_sha256 = standing.content_sha256 AND basis.asset_id = standing.asset_id
        WHERE standing.party_id = :provider AND standing.status = 'in_force'
          AND standing.valid_from <= :day AND standing.valid_until >= :day
          AND EXISTS (SELECT 1 FROM party seller WHERE seller.id = :provider AND seller.status = 'admitted'
                      AND (seller.admitted_until IS NULL OR seller.admitted_until >= :day))
    )
    SELECT id FROM listing
    WHERE status = 'listed' AND provider = :provider AND id < :after_id
      AND (CAST(:ids AS text[]) IS NULL OR id = ANY(CAST(:ids AS text[]))) AND starts_with(id, :beginning)
      AND (look_again_on IS NULL OR lapses_rule IS NULL OR look_again_on > :day)
      AND certificate_id IN (SELECT id FROM good)
    ORDER BY id DESC OFFSET :skipped LIMIT :limit
    """
)
PAST_ALL: Final = "m"
"""Behind every id of a listing, which begins with lst_."""
FIRST: Final = {"after_every": True, "after_rank": float("inf"), "after_id": ""}
COUNT: Final = text(
    "SELECT count(*) FROM (SELECT 1 FROM listing WHERE status = 'listed' AND search @@ CAST(:asked AS tsquery)"
    " LIMIT :most) AS hit"
).bindparams(bindparam("most", search.FEW_HITS))
