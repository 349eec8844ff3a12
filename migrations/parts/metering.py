"""What the meters are made of in the database: the statement that charges a use, and what guards uses and balances."""

from alembic.operations import Operations

METERED_PRICE = """
CREATE FUNCTION metered_price(tariff jsonb, units numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    tier jsonb;
    total numeric := 0;
    below numeric := 0;
    reach numeric;
BEGIN
    IF units <= 0 THEN
        RETURN 0;
    END IF;
    IF tariff ->> 'kind' = 'flat' THEN
        RETURN units * (tariff ->> 'unit_price')::numeric;
    ELSIF tariff ->> 'kind' = 'package' THEN
        RETURN ceil(units / (tariff ->> 'size')::numeric) * (tariff ->> 'price')::numeric;
    END IF;
    FOR tier IN SELECT jsonb_array_elements(tariff -> 'tiers') LOOP
        reach := LEAST(units, COALESCE((tier ->> 'up_to')::numeric, units));
        IF tariff ->> 'kind' = 'volume' THEN
            total := units * (tier ->> 'unit_price')::numeric;
        ELSE
            total := total + (reach - below) * (tier ->> 'unit_price')::numeric;
        END IF;
        EXIT WHEN units <= reach;
        below := reach;
    END LOOP;
    RETURN total;
END $$
"""
"""What units above the included ones come to by a tariff, exact: what the engine of prices computes, for the holds."""

METERED_MINOR = """
CREATE FUNCTION metered_minor(rating jsonb, units bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN (rating ->> 'trial')::boolean THEN 0 ELSE LEAST(
        ceil(metered_price(rating -> 'tariff', units - (rating ->> 'included')::numeric)
             * power(10::numeric, (rating ->> 'exponent')::int)),
        (rating ->> 'cap_minor')::numeric
    )::bigint END
$$
"""
"""The same in minor units, rounded up and to the cap: at least what the bill will say before coupons."""

USAGE_TOTAL = """
CREATE FUNCTION usage_total(
    p_subscription text, p_meter text, p_start timestamptz, p_aggregation text, p_states text[], p_late boolean
) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH net AS (
        SELECT sum(e.quantity) AS quantity, max(e.subject) AS subject FROM usage_event e
         WHERE e.subscription_id = p_subscription AND e.meter = p_meter AND e.period_start = p_start
           AND e.state = ANY (p_states) AND (p_late OR NOT e.late)
         GROUP BY e.source, COALESCE(e.corrects, e.event_id)
    )
    SELECT COALESCE(CASE p_aggregation
        WHEN 'sum' THEN sum(quantity)
        WHEN 'count' THEN count(*) FILTER (WHERE quantity > 0)
        WHEN 'max' THEN max(quantity)
        ELSE count(DISTINCT subject) FILTER (WHERE quantity > 0)
    END, 0)::bigint FROM net
$$
"""
"""What the uses of a period come to, each with its corrections: the one definition of a meter's quantity."""

CHARGE_USAGE = """
CREATE FUNCTION charge_usage(
    p_subscription text, p_meter text, p_start timestamptz, p_end timestamptz, p_source text, p_event text,
    p_quantity bigint, p_subject text, p_occurred timestamptz, p_at timestamptz, p_corrects text, p_digest bytea,
    p_hold_until timestamptz, p_rating jsonb
) RETURNS TABLE (outcome text, state text, reason text, total bigint, bound bigint, rated bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    counter usage_counter%ROWTYPE;
    sub record;
    earlier record;
    original record;
    net bigint;
    after bigint;
    cost bigint;
    delta bigint := 0;
    others bigint;
    is_late boolean;
BEGIN
    SELECT s.status, s.status_changed_at, s.collection, s.spend_limit_minor, s.buyer, s.currency
      INTO sub FROM subscription s WHERE s.id = p_subscription;
    IF p_corrects IS NOT NULL THEN
        SELECT e.period_start, c.period_end INTO original FROM usage_event e
          JOIN usage_counter c ON c.subscription_id = e.subscription_id AND c.meter = e.meter
           AND c.period_start = e.period_start
         WHERE e.source = p_source AND e.event_id = p_corrects AND e.corrects IS NULL AND e.state = 'counted'
           AND e.subscription_id = p_subscription AND e.meter = p_meter;
        IF NOT FOUND THEN
            outcome := 'unknown_original';
            RETURN NEXT;
            RETURN;
        END IF;
        p_start := original.period_start;
        p_end := original.period_end;
    END IF;
    SELECT c.* INTO counter FROM usage_counter c
     WHERE c.subscription_id = p_subscription AND c.meter = p_meter AND c.period_start = p_start FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO usage_counter (
            subscription_id, meter, period_start, period_end, used, rated_minor, held_minor, frozen_at, stale
        ) VALUES (p_subscription, p_meter, p_start, p_end, 0, 0, 0, NULL, false) ON CONFLICT DO NOTHING;
        SELECT c.* INTO counter FROM usage_counter c
         WHERE c.subscription_id = p_subscription AND c.meter = p_meter AND c.period_start = p_start FOR UPDATE;
    END IF;
    SELECT e.digest, e.state, e.reason INTO earlier FROM usage_event e
     WHERE e.source = p_source AND e.event_id = p_event;
    IF FOUND THEN
        outcome := CASE WHEN earlier.digest = p_digest THEN 'known' ELSE 'conflict' END;
        state := earlier.state; reason := earlier.reason; total := counter.used; rated := counter.rated_minor;
        RETURN NEXT;
        RETURN;
    END IF;
    is_late := counter.frozen_at IS NOT NULL;
    after := CASE p_rating ->> 'aggregation'
        WHEN 'sum' THEN counter.used + p_quantity
        WHEN 'count' THEN counter.used + 1
        WHEN 'max' THEN GREATEST(counter.used, p_quantity)
        ELSE counter.used + CASE WHEN EXISTS (
            SELECT FROM usage_event e WHERE e.subscription_id = p_subscription AND e.meter = p_meter
               AND e.period_start = p_start AND e.subject = p_subject AND e.state <> 'released'
        ) THEN 0 ELSE 1 END
    END;
    IF p_corrects IS NOT NULL THEN
        SELECT sum(e.quantity) INTO net FROM usage_event e
         WHERE e.source = p_source AND (e.event_id = p_corrects OR e.corrects = p_corrects);
        IF net + p_quantity < 0 THEN
            outcome := 'negative'; total := net; bound := p_quantity;
            RETURN NEXT;
            RETURN;
        END IF;
    ELSE
        cost := metered_minor(p_rating, after);
        delta := cost - counter.rated_minor;
        IF sub.status IN ('suspended', 'cancelled', 'ended') AND p_occurred >= sub.status_changed_at THEN
            outcome := 'closed'; reason := sub.status;
        ELSIF after > (p_rating ->> 'quota')::bigint THEN
            outcome := 'quota'; total := counter.used; bound := (p_rating ->> 'quota')::bigint;
        ELSIF sub.spend_limit_minor IS NOT NULL AND delta > 0 AND NOT is_late THEN
            SELECT COALESCE(sum(c.rated_minor), 0) INTO others FROM usage_counter c
             WHERE c.subscription_id = p_subscription AND c.frozen_at IS NULL
               AND (c.meter, c.period_start) <> (p_meter, p_start);
            IF others + cost > sub.spend_limit_minor THEN
                outcome := 'limit'; total := others + cost; bound := sub.spend_limit_minor;
            END IF;
        END IF;
        IF outcome IS NULL AND sub.collection = 'prepaid' AND delta > 0 AND NOT is_late THEN
            UPDATE prepaid_balance b SET held_minor = b.held_minor + delta
             WHERE b.party_id = sub.buyer AND b.currency = sub.currency AND b.balance_minor - b.held_minor >= delta;
            IF NOT FOUND THEN
                outcome := 'balance'; total := delta;
                SELECT b.balance_minor - b.held_minor INTO bound FROM prepaid_balance b
                 WHERE b.party_id = sub.buyer AND b.currency = sub.currency;
                bound := COALESCE(bound, 0);
            END IF;
        END IF;
        IF outcome IS NOT NULL THEN
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    reason := CASE
        WHEN p_corrects IS NOT NULL THEN 'correction'
        WHEN (p_rating ->> 'trial')::boolean THEN 'trial'
        WHEN after <= (p_rating ->> 'included')::bigint THEN 'included'
        WHEN delta <> 0 THEN 'charged'
        WHEN cost = (p_rating ->> 'cap_minor')::bigint THEN 'capped'
        ELSE 'covered'
    END;
    state := CASE WHEN p_hold_until IS NULL THEN 'counted' ELSE 'reserved' END;
    INSERT INTO usage_event (
        source, event_id, subscription_id, meter, period_start, quantity, subject, occurred_at, received_at, corrects,
        digest, state, reason, late, hold_until, failure
    ) VALUES (
        p_source, p_event, p_subscription, p_meter, p_start, p_quantity, p_subject, p_occurred, p_at, p_corrects,
        p_digest, state, reason, is_late, p_hold_until, NULL
    ) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        -- The same name at the same moment, under another meter.
        IF sub.collection = 'prepaid' AND delta > 0 AND NOT is_late THEN
            UPDATE prepaid_balance b SET held_minor = b.held_minor - delta
             WHERE b.party_id = sub.buyer AND b.currency = sub.currency;
        END IF;
        outcome := 'conflict';
        RETURN NEXT;
        RETURN;
    END IF;
    IF p_corrects IS NOT NULL THEN
        after := usage_total(
            p_subscription, p_meter, p_start, p_rating ->> 'aggregation', ARRAY['counted', 'reserved'], true
        );
        cost := metered_minor(p_rating, after);
        delta := 0;  -- What was held stays so until the bill: a correction never fails for want of money.
    END IF;
    UPDATE usage_counter c SET used = after, rated_minor = cost, stale = c.stale OR is_late,
           held_minor = c.held_minor + CASE WHEN sub.collection = 'prepaid' AND NOT is_late
                                            THEN GREATEST(delta, -c.held_minor) ELSE 0 END
     WHERE c.subscription_id = p_subscription AND c.meter = p_meter AND c.period_start = p_start;
    IF sub.collection = 'prepaid' AND delta < 0 AND NOT is_late THEN
        -- Volume prices may fall when more is used.
        UPDATE prepaid_balance b SET held_minor = b.held_minor - LEAST(-delta, counter.held_minor)
         WHERE b.party_id = sub.buyer AND b.currency = sub.currency;
    END IF;
    outcome := 'stored'; total := after; rated := cost;
    RETURN NEXT;
END $$
"""
"""Exactly once, never above a quota, a limit or a balance, in one statement and under the lock of one row."""

FINISH_USAGE = """
CREATE FUNCTION finish_usage(p_source text, p_event text, p_delivered boolean, p_failure text, p_rating jsonb)
RETURNS TABLE (outcome text, state text, reason text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    counter usage_counter%ROWTYPE;
    found_event usage_event%ROWTYPE;
    sub record;
    after bigint;
    cost bigint;
    freed bigint;
BEGIN
    SELECT c.* INTO counter FROM usage_counter c JOIN usage_event e
        ON e.subscription_id = c.subscription_id AND e.meter = c.meter AND e.period_start = c.period_start
     WHERE e.source = p_source AND e.event_id = p_event FOR UPDATE OF c;
    SELECT e.* INTO found_event FROM usage_event e WHERE e.source = p_source AND e.event_id = p_event;
    IF NOT FOUND THEN
        outcome := 'unknown';
    ELSIF found_event.state <> 'reserved' THEN
        outcome := CASE WHEN (found_event.state = 'counted') = p_delivered THEN 'known' ELSE 'conflict' END;
        state := found_event.state; reason := found_event.reason;
    ELSIF p_delivered THEN
        UPDATE usage_event e SET state = 'counted', hold_until = NULL
         WHERE e.source = p_source AND e.event_id = p_event;
        -- A bill that was issued while it waited did not have it.
        UPDATE usage_counter c SET stale = true
         WHERE c.subscription_id = counter.subscription_id AND c.meter = counter.meter
           AND c.period_start = counter.period_start AND c.frozen_at IS NOT NULL;
        outcome := 'stored'; state := 'counted'; reason := found_event.reason;
    ELSE
        UPDATE usage_event e SET state = 'released', hold_until = NULL, reason = 'not_charged', failure = p_failure
         WHERE e.source = p_source AND e.event_id = p_event;
        after := usage_total(
            counter.subscription_id, counter.meter, counter.period_start, p_rating ->> 'aggregation',
            ARRAY['counted', 'reserved'], true
        );
        cost := metered_minor(p_rating, after);
        freed := LEAST(GREATEST(counter.rated_minor - cost, 0), counter.held_minor);
        UPDATE usage_counter c SET used = after, rated_minor = cost, held_minor = c.held_minor - freed
         WHERE c.subscription_id = counter.subscription_id AND c.meter = counter.meter
           AND c.period_start = counter.period_start;
        IF freed > 0 THEN
            SELECT s.buyer, s.currency INTO sub FROM subscription s WHERE s.id = counter.subscription_id;
            UPDATE prepaid_balance b SET held_minor = b.held_minor - freed
             WHERE b.party_id = sub.buyer AND b.currency = sub.currency;
        END IF;
        outcome := 'stored'; state := 'released'; reason := 'not_charged';
    END IF;
    RETURN NEXT;
END $$
"""
"""What was held for an answer is counted when it was delivered, and let go when it failed."""

KEEP_USAGE = """
CREATE FUNCTION keep_usage_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state <> 'reserved' OR (
        NEW.source, NEW.event_id, NEW.subscription_id, NEW.meter, NEW.period_start, NEW.quantity, NEW.subject,
        NEW.occurred_at, NEW.received_at, NEW.corrects, NEW.digest, NEW.late
    ) IS DISTINCT FROM (
        OLD.source, OLD.event_id, OLD.subscription_id, OLD.meter, OLD.period_start, OLD.quantity, OLD.subject,
        OLD.occurred_at, OLD.received_at, OLD.corrects, OLD.digest, OLD.late
    ) THEN
        RAISE EXCEPTION 'a use is corrected by another, and never changed or deleted';
    END IF;
    RETURN NEW;
END $$
"""

KEEP_PREPAID = """
CREATE FUNCTION keep_prepaid_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.credit LIKE 'prepaid:party:%' THEN
        INSERT INTO prepaid_balance (party_id, currency, balance_minor, held_minor)
        VALUES (substr(NEW.credit, 15), NEW.currency, NEW.amount_minor, 0)
        ON CONFLICT (party_id, currency) DO UPDATE SET balance_minor = prepaid_balance.balance_minor + NEW.amount_minor;
    END IF;
    IF NEW.debit LIKE 'prepaid:party:%' THEN
        UPDATE prepaid_balance SET balance_minor = balance_minor - NEW.amount_minor
         WHERE party_id = substr(NEW.debit, 15) AND currency = NEW.currency;
    END IF;
    RETURN NULL;
END $$
"""
"""The balance that uses are held against follows the postings, whoever books them."""


def upgrade(op: Operations) -> None:
    """Create the functions and the triggers."""
    for function in (
        METERED_PRICE, METERED_MINOR, USAGE_TOTAL, CHARGE_USAGE, FINISH_USAGE, KEEP_USAGE, KEEP_PREPAID
    ):  # fmt: skip
        op.execute(function)
    op.execute(
        "CREATE TRIGGER usage_event_kept BEFORE UPDATE OR DELETE ON usage_event"
        " FOR EACH ROW EXECUTE FUNCTION keep_usage_event()"
    )
    op.execute("CREATE TRIGGER usage_event_not_emptied BEFORE TRUNCATE ON usage_event EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER prepaid_balance_kept AFTER INSERT ON posting FOR EACH ROW"
        " WHEN (NEW.credit LIKE 'prepaid:party:%' OR NEW.debit LIKE 'prepaid:party:%')"
        " EXECUTE FUNCTION keep_prepaid_balance()"
    )


def downgrade(op: Operations) -> None:
    """Drop them."""
    op.execute("DROP TRIGGER prepaid_balance_kept ON posting")
    op.execute("DROP TRIGGER usage_event_kept ON usage_event")
    op.execute("DROP TRIGGER usage_event_not_emptied ON usage_event")
    for name in (
        "keep_prepaid_balance", "keep_usage_event", "finish_usage", "charge_usage", "usage_total", "metered_minor",
        "metered_price",
    ):  # fmt: skip
        op.execute(f"DROP FUNCTION {name}")
