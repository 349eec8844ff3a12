"""The statements of the gateway's meter: many calls are reserved, and many settled, in one statement each."""

ONE_PLAN = """SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan"""
"""A batch is few rows of tables that grow all day: what the planner has counted of them is old, and planning for each
batch anew takes longer than the batch.
"""

RESTS_ON = f"""
CREATE FUNCTION calls_rest_on(p_prefix text[], p_at timestamptz[]) RETURNS TABLE (
    place bigint, prefix text, key_id text, interface_id text, calls bigint, rows bigint, seconds bigint,
    first_access_at timestamptz, stamp text
) LANGUAGE plpgsql STABLE {ONE_PLAN} AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT given.place - 1, k.prefix, k.id, i.id, m.calls + m.calls_reserved, m.rows, m.seconds,
           m.first_access_at,
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
      ) AS i ON true;
END $$
"""  # noqa: S608 - all of it ours
"""What calls by keys rest on: the meters as they are, and a stamp that any change of the rest changes."""

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
    p_agreement text[], p_prefix text[], p_id text[], p_stamp text[], p_key text[], p_interface text[], p_call text[],
    p_operation text[], p_digest bytea[], p_address text[], p_bytes bigint[], p_at timestamptz[],
    p_expires timestamptz[], p_calls_max bigint[], p_charges text[]
) RETURNS TABLE (
    place bigint, outcome text, id text, state text, http_status bigint, used bigint, bound bigint, meter text
) LANGUAGE plpgsql {ONE_PLAN} AS $$
#variable_conflict use_column
DECLARE
    n int;
    agreement text := '';
    prefix text := '';
    stamp text;
    calls bigint;
    accepted text[] := '{{}}';
    newest timestamptz := (SELECT max(at) FROM unnest(p_at) AS given(at));
    earlier record;
    held call_held;
BEGIN
    -- A server that fails forgets at most calls that were under way, which are not charged then. What settles a call
    -- is waited for until it is stored, and what was reserved before it is stored with it.
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO usage_meter (agreement_id, calls, rows, seconds)
    SELECT DISTINCT given.id, 0, 0, 0 FROM unnest(p_agreement) AS given(id)
     WHERE NOT EXISTS (SELECT FROM usage_meter m WHERE m.agreement_id = given.id) ORDER BY 1
    ON CONFLICT DO NOTHING;
    {LOCK_METERS}
    IF p_charges <> array_fill('[]'::text, ARRAY[cardinality(p_charges)]) THEN
        {LOCK_BALANCES}
    END IF;
    FOR n IN 1 .. cardinality(p_id) LOOP
        place := n - 1; id := NULL; state := NULL; http_status := NULL; used := NULL; bound := NULL; meter := NULL;
        IF p_agreement[n] <> agreement THEN
            agreement := p_agreement[n];
            SELECT m.calls + m.calls_reserved INTO calls FROM usage_meter m WHERE m.agreement_id = p_agreement[n];
        END IF;
        IF p_prefix[n] <> prefix THEN
            prefix := p_prefix[n];
            SELECT r.stamp INTO stamp FROM calls_rest_on(ARRAY[prefix], ARRAY[newest]) AS r;
        END IF;
        IF p_stamp[n] IS NOT NULL AND p_stamp[n] IS DISTINCT FROM stamp THEN
            outcome := 'changed';
            RETURN NEXT;
            CONTINUE;
        END IF;
        SELECT c.id, c.state, c.digest, c.http_status INTO earlier FROM gateway_call c
         WHERE c.agreement_id || ' ' || c.call_id = p_agreement[n] || ' ' || p_call[n]
         ORDER BY c.state IN ('reserved', 'committed') DESC, c.id DESC LIMIT 1;
        IF FOUND AND earlier.id = p_id[n] AND earlier.state = 'reserved' THEN
            -- It is this reservation itself, asked again since its answer was lost on the way.
            outcome := 'reserved'; id := p_id[n]; state := 'reserved'; used := calls; bound := p_calls_max[n];
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF FOUND AND (earlier.digest <> p_digest[n] OR earlier.state IN ('reserved', 'committed')) THEN
            outcome := CASE WHEN earlier.digest <> p_digest[n] THEN 'conflict' ELSE 'known' END;
            id := earlier.id; state := earlier.state; http_status := earlier.http_status;
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF calls + 1 > p_calls_max[n] THEN
            outcome := 'spent'; used := calls; bound := p_calls_max[n];
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF p_charges[n] <> '[]' THEN
            held := hold_call(p_id[n], p_at[n], p_charges[n]::jsonb);
            IF held.outcome <> 'stored' THEN
                outcome := held.outcome; state := held.reason; used := held.total; bound := held.bound;
                meter := held.meter;
                RETURN NEXT;
                CONTINUE;
            END IF;
        END IF;
        INSERT INTO gateway_call (
            id, agreement_id, call_id, channel_key_id, interface_id, operation, digest, address, request_bytes, at,
            expires_at, state
        ) VALUES (
            p_id[n], p_agreement[n], p_call[n], p_key[n], p_interface[n], p_operation[n], p_digest[n], p_address[n],
            p_bytes[n], p_at[n], p_expires[n], 'reserved'
        );
        calls := calls + 1;
        accepted := accepted || agreement;
        outcome := 'reserved'; id := p_id[n]; state := 'reserved'; used := calls; bound := p_calls_max[n];
        RETURN NEXT;
    END LOOP;
    UPDATE usage_meter m SET calls_reserved = m.calls_reserved + made.calls
      FROM (SELECT given.id, count(*) AS calls FROM unnest(accepted) AS given(id) GROUP BY given.id) AS made
     WHERE m.agreement_id = made.id;
END $$
"""  # noqa: S608 - all of it ours
"""At most one call of a name, never above the agreement's limit of uses nor what its plan refuses; sorted by agreement
and key.
"""

SETTLE = f"""
CREATE FUNCTION settle_calls(
    p_agreement text[], p_id text[], p_state text[], p_at timestamptz[], p_status bigint[], p_failure text[],
    p_bytes bigint[], p_free_max bigint[], p_day timestamptz[], p_ratings text[], p_release text[], p_access text[]
) RETURNS TABLE (place bigint, state text) LANGUAGE plpgsql {ONE_PLAN} AS $$
#variable_conflict use_column
DECLARE
    n int;
    held record;
    charge record;
    ended text[] := '{{}}';
    counted timestamptz[] := '{{}}';
BEGIN
    {LOCK_METERS}
    IF p_ratings <> array_fill('{{}}'::text, ARRAY[cardinality(p_ratings)]) THEN
        {LOCK_BALANCES}
    END IF;
    FOR n IN 1 .. cardinality(p_id) LOOP
        place := n - 1;
        SELECT c.agreement_id, c.state, c.at, c.expires_at INTO held FROM gateway_call c WHERE c.id = p_id[n];
        IF NOT FOUND OR held.agreement_id <> p_agreement[n] OR held.state <> 'reserved' THEN
            state := CASE WHEN held.agreement_id = p_agreement[n] THEN held.state END;
            RETURN NEXT;
            CONTINUE;
        END IF;
        state := CASE WHEN p_at[n] > held.expires_at THEN 'expired' ELSE p_state[n] END;
        IF state = 'released' AND p_failure[n] = 'request' AND p_free_max[n] <= (
            SELECT count(*) FROM (
                SELECT FROM gateway_call c WHERE c.agreement_id = p_agreement[n] AND c.ended_at >= p_day[n]
                   AND c.state = 'released' AND c.failure = 'request' LIMIT p_free_max[n]
            ) AS free
        ) THEN
            state := 'committed';
        END IF;
        IF p_ratings[n] <> '{{}}' THEN
            FOR charge IN SELECT * FROM jsonb_each(p_ratings[n]::jsonb) LOOP
                PERFORM FROM finish_usage(
                    'gate', p_id[n] || ':' || charge.key, state = 'committed', CASE
                        WHEN state = 'committed' THEN NULL
                        WHEN state = 'expired' THEN 'unanswered'
                        WHEN p_failure[n] IN ('centre', 'caller-left', 'key-over', 'stopped') THEN 'centre'
                        ELSE 'provider'
                    END, charge.value
                );
            END LOOP;
        END IF;
        IF state = 'committed' THEN
            INSERT INTO usage_release (
                id, agreement_id, party_id, rule, revision_id, action, purpose, place, environment, calls, rows,
                seconds, at
            ) SELECT p_release[n], a.id, a.consumer, access.rule, access.revision, access.action, access.purpose,
                     access.place, access.environment, 1, NULL, 0, held.at
                FROM agreement a, jsonb_to_record(p_access[n]::jsonb) AS access(
                    rule text, revision text, action text, purpose text, place text, environment text
                ) WHERE a.id = p_agreement[n];
        END IF;
        UPDATE gateway_call c SET state = settle_calls.state, ended_at = p_at[n], http_status = p_status[n],
               failure = CASE settle_calls.state WHEN 'expired' THEN 'unanswered' ELSE p_failure[n] END,
               response_bytes = p_bytes[n],
               release_id = CASE settle_calls.state WHEN 'committed' THEN p_release[n] END
         WHERE c.id = p_id[n];
        ended := ended || p_agreement[n];
        counted := counted || CASE state WHEN 'committed' THEN held.at END;
        RETURN NEXT;
    END LOOP;
    UPDATE usage_meter m SET calls_reserved = m.calls_reserved - made.ended, calls = m.calls + made.counted,
           first_access_at = LEAST(m.first_access_at, made.first_at)
      FROM (
        SELECT given.id, count(*) AS ended, count(given.at) AS counted, min(given.at) AS first_at
          FROM unnest(ended, counted) AS given(id, at) GROUP BY given.id
    ) AS made WHERE m.agreement_id = made.id;
END $$
"""  # noqa: S608 - all of it ours
"""Moves calls from reserved only, so that what comes after its time has no effect; only a committed one is counted."""
