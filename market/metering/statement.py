"""The statement that charges uses: of many callers together on the raw pool, and of one batch in a session.

Balances are locked first, in one order, and counters after them, here and in every function that takes both: a buyer's
subscriptions share a balance, so that two batches could each hold a counter that the other waits for.
"""

import re
from typing import Final

from sqlalchemy import TextClause, text

from kernel.postgres.gathering import Statement

CHARGE: Final = Statement(
    one="SELECT * FROM charge_usage($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14::text::jsonb)",
    many="""
WITH held AS MATERIALIZED (
    SELECT b.party_id FROM prepaid_balance b WHERE (b.party_id, b.currency) IN (
        SELECT s.buyer, s.currency FROM subscription s WHERE s.id = ANY($1::text[]) AND s.collection = 'prepaid'
    ) ORDER BY b.party_id, b.currency FOR UPDATE
), balances AS MATERIALIZED (SELECT count(*) AS locked FROM held)
SELECT given.place - 1 AS place, charged.* FROM balances, unnest(
    $1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::text[],
    $9::timestamptz[], $10::timestamptz[], $11::text[], $12::bytea[], $13::timestamptz[], $14::text[]
) WITH ORDINALITY AS given(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, place),
LATERAL charge_usage(
    CASE WHEN balances.locked >= 0 THEN a1 END, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14::jsonb
) AS charged
""",
)
CHARGE_IN_SESSION: Final[TextClause] = text(re.sub(r"\$(\d+)::(\w+\[\])", r"CAST(:a\1 AS \2)", CHARGE.many))
"""The same for a session, which writes parameters in its own way: a1 is the list of the first argument."""
