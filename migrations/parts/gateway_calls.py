"""The statements of the gateway's meter: many calls are reserved, and many settled, in one statement each."""

RESTS_ON = """
CREATE FUNCTION calls_rest_on(p_prefix text[], p_at timestamptz[]) RETURNS TABLE (
    place bigint, prefix text, key_id text, interface_id text, calls bigint, rows bigint, seconds bigint,
    first_access_at timestamptz, stamp text
) LANGUAGE sql STABLE AS $$
    SELECT given.place - 1, k.prefix, k.id, i.id, m.calls + m.calls_reserved, m.rows, m.seconds, m.first_access_at,
           concat_ws('/', k.xmin, a.xmin, o.xmin, p.xmin, COALESCE(g.xmin::text, '-'), COALESCE(t.xmin::text, '-'),
                     COALESCE(s.xmin::text, '-'), COALESCE(i.id, '-'),
                     COALESCE(extract(epoch FROM m.first_access_at)::text, '-'))
      FROM unnest(p_prefix, p_at) WITH ORDINALITY AS given(prefix, at, place)
      JOIN channel_key k ON k.prefix = given.prefix
      JOIN agreement a ON a.id = k.agreement_id
      JOIN "order" o ON o.id = a.order_id
      JOIN party p ON p.id = o.buyer
      LEFT JOIN title_grant g ON g.id = a.grant_id
      LEFT JOIN asset t ON t.id = o.asset_id
      LEFT JOIN subscription s ON s.agreement_id = a.id
      LEFT JOIN usage_meter m ON m.agreement_id = a.id
      LEFT JOIN LATERAL (
          SELECT n.id FROM gateway_interface n WHERE n.asset_id = o.asset_id AND n.provider = o.provider
             AND n.effective_at <= given.at ORDER BY n.n DESC LIMIT 1
      ) AS i ON true
$$
"""
"""What calls by keys rest on: the meters as they are, and a stamp that any change of the rest changes."""

BY_INDEX = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
"""A batch is few rows of tables that grow all day: what the planner has counted of them is always old."""

HELD = "CREATE TYPE call_held AS (outcome text, reason text, total bigint, bound bigint, meter text)"
HOLD = """
CREATE FUNCTION hold_call(p_id text, p_at timestamptz, p_charges jsonb) RETURNS call_held LANGUAGE plpgsql AS $$
DECLARE
    charge record;
    told record;
BEGIN
    FOR charge IN SELECT * FROM jsonb_to_recordset(p_charges) AS given(
        subscription text, meter text, since timestamptz, until timestamptz, subject text, digest text,
        hold_until timestamptz, rating jsonb
    ) LOOP
        SELECT * INTO told FROM charge_usage(
            charge.subscription, charge.meter, charge.since, charge.until, 'gate', p_id || ':' || charge.meter, 1,
            charge.subject, p_at, p_at, NULL, decode(charge.digest, 'hex'), charge.hold_until, charge.rating
        );
        IF told.outcome <> 'stored' THEN
            RAISE EXCEPTION USING ERRCODE = 'LT001';
        END IF;
    END LOOP;
    RETURN ROW('stored', NULL, NULL, NULL, NULL)::call_held;
EXCEPTION WHEN SQLSTATE 'LT001' THEN
    -- What was held of other meters is undone with the block; what was told is kept.
    RETURN ROW(told.outcome, told.reason, told.total, told.bound, charge.meter)::call_held;
END $$
"""
"""Holds what a call takes of each of its plan's meters, or of none."""

LOCK_METERS = "PERFORM FROM usage_meter m WHERE m.agreement_id = ANY (p_agreement) ORDER BY m.agreement_id FOR UPDATE;"
LOCK_BALANCES = """
    PERFORM FROM prepaid_balance b WHERE (b.party_id, b.currency) IN (
        SELECT s.buyer, s.currency FROM subscription s
         WHERE s.agreement_id = ANY (p_agreement) AND s.collection = 'prepaid'
    ) ORDER BY b.party_id, b.currency FOR UPDATE;
"""

RESERVE = f"""
CREATE FUNCTION reserve_calls(
    p_agreement text[], p_call text[], p_id text[], p_prefix text[], p_stamp text[], p_key text[], p_interface text[],
    p_operation text[], p_digest bytea[], p_address text[], p_bytes bigint[], p_at timestamptz[],
    p_expires timestamptz[], p_calls_max bigint[], p_charges text[]
) RETURNS TABLE (
    place bigint, outcome text, id text, state text, http_status bigint, used bigint, bound bigint, meter text
) LANGUAGE plpgsql {BY_INDEX} AS $$
#variable_conflict use_column
BEGIN
    -- A server that fails forgets at most calls that were under way, which are not charged then. What settles a call
    -- is waited for until it is stored, and what was reserved before it is stored with it.
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO usage_meter (agreement_id, calls, rows, seconds)
    SELECT DISTINCT given.id, 0, 0, 0 FROM unnest(p_agreement) AS given(id)
     WHERE NOT EXISTS (SELECT FROM usage_meter m WHERE m.agreement_id = given.id) ORDER BY 1
    ON CONFLICT DO NOTHING;
    {LOCK_METERS}
    IF EXISTS (SELECT FROM unnest(p_charges) AS given(charges) WHERE charges <> '[]') THEN
        {LOCK_BALANCES}
    END IF;
    RETURN QUERY WITH given AS MATERIALIZED (
        SELECT * FROM unnest(
            p_agreement, p_call, p_id, p_prefix, p_stamp, p_key, p_interface, p_operation, p_digest, p_address, p_bytes,
            p_at, p_expires, p_calls_max, p_charges
        ) WITH ORDINALITY AS given(
            agreement, call, id, prefix, stamp, key, interface, operation, digest, address, bytes, at, expires,
            calls_max, charges, place
        )
    ), keys AS MATERIALIZED (
        SELECT array_agg(prefix) AS prefixes, array_agg(at) AS ats
          FROM (SELECT prefix, max(at) AS at FROM given WHERE stamp IS NOT NULL GROUP BY prefix) AS each
    ), rested AS MATERIALIZED (
        SELECT r.* FROM keys, LATERAL calls_rest_on(keys.prefixes, keys.ats) AS r
    ), asked AS MATERIALIZED (
        SELECT g.*, g.stamp IS NOT NULL AND r.stamp IS DISTINCT FROM g.stamp AS changed, e.id AS earlier,
               e.state AS became, e.http_status AS told, e.digest <> g.digest AS differs
          FROM given g LEFT JOIN rested r ON r.prefix = g.prefix LEFT JOIN LATERAL (
            SELECT c.id, c.state, c.http_status, c.digest FROM gateway_call c
             WHERE c.agreement_id || ' ' || c.call_id = g.agreement || ' ' || g.call
             ORDER BY c.state IN ('reserved', 'committed') DESC, c.id DESC LIMIT 1
        ) AS e ON true
    ), fresh AS MATERIALIZED (
        SELECT a.*, m.calls + m.calls_reserved AS counted,
               row_number() OVER (PARTITION BY a.agreement, a.call ORDER BY a.place) AS of_name,
               row_number() OVER (PARTITION BY a.agreement ORDER BY a.place) AS turn
          FROM asked a JOIN usage_meter m ON m.agreement_id = a.agreement
         WHERE NOT a.changed AND (a.earlier IS NULL OR NOT a.differs AND a.became NOT IN ('reserved', 'committed'))
    ), held AS MATERIALIZED (
        SELECT f.*, CASE WHEN f.charges <> '[]' THEN hold_call(f.id, f.at, f.charges::jsonb) END AS plan
          FROM fresh f WHERE f.of_name = 1 AND (f.calls_max IS NULL OR f.counted + f.turn <= f.calls_max)
         ORDER BY f.place
    ), accepted AS MATERIALIZED (
        SELECT h.*, h.counted + row_number() OVER (PARTITION BY h.agreement ORDER BY h.place) AS now_used
          FROM held h WHERE COALESCE((h.plan).outcome, 'stored') = 'stored'
    ), stored AS (
        INSERT INTO gateway_call (
            id, agreement_id, call_id, channel_key_id, interface_id, operation, digest, address, request_bytes, at,
            expires_at, state
        ) SELECT id, agreement, call, key, interface, operation, digest, address, bytes, at, expires, 'reserved'
            FROM accepted
    ), metered AS (
        UPDATE usage_meter m SET calls_reserved = m.calls_reserved + n.calls
          FROM (SELECT agreement, count(*) AS calls FROM accepted GROUP BY agreement) AS n
         WHERE m.agreement_id = n.agreement
    )
    SELECT a.place - 1, CASE
               WHEN a.changed THEN 'changed'
               WHEN a.differs THEN 'conflict'
               WHEN f.place IS NULL THEN 'known'
               WHEN d.place IS NOT NULL THEN 'reserved'
               WHEN h.place IS NOT NULL THEN (h.plan).outcome
               WHEN f.counted + 1 > f.calls_max THEN 'spent'
               ELSE 'again'
           END,
           CASE WHEN d.place IS NOT NULL THEN a.id ELSE a.earlier END,
           CASE WHEN d.place IS NOT NULL THEN 'reserved'
                WHEN h.place IS NOT NULL THEN (h.plan).reason ELSE a.became END,
           a.told,
           COALESCE(d.now_used, (h.plan).total, f.counted),
           CASE WHEN d.place IS NULL AND h.place IS NOT NULL THEN (h.plan).bound ELSE a.calls_max END,
           (h.plan).meter
      FROM asked a LEFT JOIN fresh f ON f.place = a.place LEFT JOIN held h ON h.place = a.place
      LEFT JOIN accepted d ON d.place = a.place;
END $$
"""  # noqa: S608 - all of it ours
"""At most one call of a name, never above the agreement's limit of uses nor what its plan refuses.

`again` is told where that hangs on another call of the same batch; the first of each agreement is always decided.
"""

SETTLE = f"""
CREATE FUNCTION settle_calls(
    p_agreement text[], p_id text[], p_state text[], p_at timestamptz[], p_status bigint[], p_failure text[],
    p_bytes bigint[], p_free_max bigint[], p_day timestamptz[], p_ratings text[], p_release text[], p_access text[]
) RETURNS TABLE (place bigint, state text) LANGUAGE plpgsql {BY_INDEX} AS $$
#variable_conflict use_column
BEGIN
    {LOCK_METERS}
    IF EXISTS (SELECT FROM unnest(p_ratings) AS given(ratings) WHERE ratings <> '{{}}') THEN
        {LOCK_BALANCES}
    END IF;
    RETURN QUERY WITH given AS MATERIALIZED (
        SELECT g.*, CASE WHEN c.agreement_id = g.agreement THEN c.state END AS before, c.at AS called_at,
               CASE WHEN g.at > c.expires_at THEN 'expired' ELSE g.wanted END AS became,
               row_number() OVER (PARTITION BY g.id ORDER BY g.place) AS of_call
          FROM unnest(
            p_agreement, p_id, p_state, p_at, p_status, p_failure, p_bytes, p_free_max, p_day, p_ratings, p_release,
            p_access
        ) WITH ORDINALITY AS g(
            agreement, id, wanted, at, status, failure, bytes, free_max, day, ratings, release, access, place
        ) LEFT JOIN gateway_call c ON c.id = g.id
    ), waiting AS MATERIALIZED (
        SELECT g.*, g.became = 'released' AND g.failure = 'request' AS asks_free FROM given g
         WHERE g.before = 'reserved' AND g.of_call = 1
    ), decided AS MATERIALIZED (
        SELECT w.*, CASE WHEN w.asks_free AND w.free_max < free.calls
                         + row_number() OVER (PARTITION BY w.agreement, w.day, w.asks_free ORDER BY w.place)
                         THEN 'committed' ELSE w.became END AS final
          FROM waiting w LEFT JOIN LATERAL (
            SELECT count(*) AS calls FROM (
                SELECT FROM gateway_call c WHERE w.asks_free AND c.agreement_id = w.agreement AND c.ended_at >= w.day
                   AND c.state = 'released' AND c.failure = 'request' LIMIT w.free_max
            ) AS each
        ) AS free ON true
    ), rated AS MATERIALIZED (
        SELECT finish_usage(
            'gate', d.id || ':' || charge.key, d.final = 'committed', CASE d.final
                WHEN 'committed' THEN NULL WHEN 'expired' THEN 'unanswered'
                ELSE CASE WHEN d.failure IN ('centre', 'caller-left', 'stopped') THEN 'centre' ELSE 'provider' END
            END, charge.value
        ) AS told
          FROM (SELECT * FROM decided WHERE ratings <> '{{}}' ORDER BY place) AS d,
               jsonb_each(d.ratings::jsonb) AS charge
    ), released AS (
        INSERT INTO usage_release (
            id, agreement_id, party_id, rule, revision_id, action, purpose, place, environment, calls, rows, seconds, at
        ) SELECT d.release, d.agreement, a.consumer, access.rule, access.revision, access.action, access.purpose,
                 access.place, access.environment, 1, NULL, 0, d.called_at
            FROM decided d JOIN agreement a ON a.id = d.agreement, jsonb_to_record(d.access::jsonb) AS access(
                rule text, revision text, action text, purpose text, place text, environment text
            ) WHERE d.final = 'committed'
    ), ended AS (
        UPDATE gateway_call c SET state = d.final, ended_at = d.at, http_status = d.status, response_bytes = d.bytes,
               failure = CASE d.final WHEN 'expired' THEN 'unanswered' ELSE d.failure END,
               release_id = CASE d.final WHEN 'committed' THEN d.release END
          FROM decided d WHERE c.id = d.id
    ), metered AS (
        UPDATE usage_meter m SET calls_reserved = m.calls_reserved - n.ended, calls = m.calls + n.calls,
               first_access_at = LEAST(m.first_access_at, n.first_at)
          FROM (
            SELECT agreement, count(*) AS ended, count(*) FILTER (WHERE final = 'committed') AS calls,
                   min(called_at) FILTER (WHERE final = 'committed') AS first_at
              FROM decided GROUP BY agreement
        ) AS n WHERE m.agreement_id = n.agreement
    )
    SELECT g.place - 1, COALESCE(d.final, same.final, g.before)
      FROM given g LEFT JOIN decided d ON d.place = g.place
      LEFT JOIN decided same ON same.id = g.id
     WHERE (SELECT count(told) FROM rated) >= 0;  -- A list that nobody reads is not made.
END $$
"""  # noqa: S608 - all of it ours
"""Moves calls from reserved only, so that what comes after its time has no effect; only a committed one is counted."""
