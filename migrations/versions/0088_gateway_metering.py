"""Calls are reserved before they are sent on and settled after, each in one statement under the agreement's meter."""

import sqlalchemy as sa
from alembic import op

revision = "0088_gateway_metering"
down_revision = "0087_gateway"
branch_labels = None
depends_on = None

RESERVE = """
CREATE FUNCTION reserve_call(
    p_agreement text, p_call text, p_id text, p_key text, p_interface text, p_operation text, p_digest bytea,
    p_address text, p_bytes bigint, p_at timestamptz, p_expires timestamptz, p_calls_max bigint, p_charges jsonb
) RETURNS TABLE (outcome text, id text, state text, http_status bigint, used bigint, bound bigint, meter text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    counted usage_meter%ROWTYPE;
    earlier gateway_call%ROWTYPE;
    charge record;
    told record;
BEGIN
    SELECT m.* INTO counted FROM usage_meter m WHERE m.agreement_id = p_agreement FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO usage_meter (agreement_id, calls, rows, seconds) VALUES (p_agreement, 0, 0, 0)
        ON CONFLICT DO NOTHING;
        SELECT m.* INTO counted FROM usage_meter m WHERE m.agreement_id = p_agreement FOR UPDATE;
    END IF;
    SELECT c.* INTO earlier FROM gateway_call c
     WHERE c.agreement_id = p_agreement AND c.call_id = p_call ORDER BY c.id DESC LIMIT 1;
    IF FOUND AND earlier.digest <> p_digest THEN
        outcome := 'conflict'; id := earlier.id; state := earlier.state;
        RETURN NEXT;
        RETURN;
    ELSIF FOUND AND earlier.state IN ('reserved', 'committed') THEN
        outcome := 'known'; id := earlier.id; state := earlier.state; http_status := earlier.http_status;
        RETURN NEXT;
        RETURN;
    END IF;
    used := counted.calls + counted.calls_reserved;
    bound := p_calls_max;
    IF used + 1 > p_calls_max THEN
        outcome := 'spent';
        RETURN NEXT;
        RETURN;
    END IF;
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
    EXCEPTION WHEN SQLSTATE 'LT001' THEN
        -- What was charged of other meters is undone with the block; what was told is kept.
        outcome := told.outcome; state := told.reason; used := told.total; bound := told.bound; meter := charge.meter;
        RETURN NEXT;
        RETURN;
    END;
    INSERT INTO gateway_call (
        id, agreement_id, call_id, channel_key_id, interface_id, operation, digest, address, request_bytes, at,
        expires_at, state
    ) VALUES (
        p_id, p_agreement, p_call, p_key, p_interface, p_operation, p_digest, p_address, p_bytes, p_at, p_expires,
        'reserved'
    );
    UPDATE usage_meter m SET calls_reserved = m.calls_reserved + 1 WHERE m.agreement_id = p_agreement;
    outcome := 'reserved'; id := p_id; state := 'reserved'; used := used + 1;
    RETURN NEXT;
END $$
"""
"""At most one call of a name, never above the agreement's limit of uses nor what its plan refuses."""

SETTLE = """
CREATE FUNCTION settle_call(
    p_agreement text, p_id text, p_state text, p_at timestamptz, p_status bigint, p_failure text, p_bytes bigint,
    p_free_max bigint, p_day timestamptz, p_ratings jsonb, p_release text, p_access jsonb
) RETURNS TABLE (outcome text, state text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    held gateway_call%ROWTYPE;
    charge record;
    whose text := CASE WHEN p_failure IN ('centre', 'caller-left', 'stopped') THEN 'centre' ELSE 'provider' END;
BEGIN
    PERFORM FROM usage_meter m WHERE m.agreement_id = p_agreement FOR UPDATE;
    PERFORM FROM prepaid_balance b JOIN subscription s ON s.buyer = b.party_id AND s.currency = b.currency
     WHERE s.agreement_id = p_agreement AND s.collection = 'prepaid' FOR UPDATE OF b;
    SELECT c.* INTO held FROM gateway_call c WHERE c.id = p_id AND c.agreement_id = p_agreement;
    IF NOT FOUND OR held.state <> 'reserved' THEN
        outcome := 'late'; state := held.state;
        RETURN NEXT;
        RETURN;
    END IF;
    state := CASE WHEN p_at > held.expires_at THEN 'expired' ELSE p_state END;
    IF state = 'released' AND p_failure = 'request' AND p_free_max <= (
        SELECT count(*) FROM (
            SELECT FROM gateway_call c WHERE c.agreement_id = p_agreement AND c.ended_at >= p_day
               AND c.state = 'released' AND c.failure = 'request' LIMIT p_free_max
        ) AS free
    ) THEN
        state := 'committed';
    END IF;
    FOR charge IN SELECT * FROM jsonb_each(p_ratings) LOOP
        PERFORM FROM finish_usage(
            'gate', p_id || ':' || charge.key, state = 'committed',
            CASE state WHEN 'committed' THEN NULL WHEN 'expired' THEN 'unanswered' ELSE whose END, charge.value
        );
    END LOOP;
    IF state = 'committed' THEN
        INSERT INTO usage_release (
            id, agreement_id, party_id, rule, revision_id, action, purpose, place, environment, calls, rows, seconds, at
        ) SELECT p_release, p_agreement, a.consumer, p_access ->> 'rule', p_access ->> 'revision',
                 p_access ->> 'action', p_access ->> 'purpose', p_access ->> 'place', p_access ->> 'environment',
                 1, NULL, 0, held.at FROM agreement a WHERE a.id = p_agreement;
    END IF;
    UPDATE usage_meter m SET calls_reserved = m.calls_reserved - 1,
           calls = m.calls + CASE state WHEN 'committed' THEN 1 ELSE 0 END,
           first_access_at = CASE state WHEN 'committed' THEN LEAST(m.first_access_at, held.at)
                                        ELSE m.first_access_at END
     WHERE m.agreement_id = p_agreement;
    UPDATE gateway_call c SET state = settle_call.state, ended_at = p_at, http_status = p_status,
           failure = CASE settle_call.state WHEN 'expired' THEN 'unanswered' ELSE p_failure END,
           response_bytes = p_bytes, release_id = CASE settle_call.state WHEN 'committed' THEN p_release END
     WHERE c.id = p_id;
    outcome := 'settled';
    RETURN NEXT;
END $$
"""
"""Moves a call from reserved only, so that what comes after its time has no effect; only a committed one is counted."""

KEEP = """
CREATE FUNCTION keep_gateway_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state <> 'reserved' OR (
        NEW.id, NEW.agreement_id, NEW.call_id, NEW.channel_key_id, NEW.interface_id, NEW.operation, NEW.digest,
        NEW.address, NEW.request_bytes, NEW.at, NEW.expires_at
    ) IS DISTINCT FROM (
        OLD.id, OLD.agreement_id, OLD.call_id, OLD.channel_key_id, OLD.interface_id, OLD.operation, OLD.digest,
        OLD.address, OLD.request_bytes, OLD.at, OLD.expires_at
    ) THEN
        RAISE EXCEPTION 'a call is settled once, and never changed or deleted';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.add_column(
        "usage_meter", sa.Column("calls_reserved", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.create_check_constraint(op.f("ck_usage_meter_calls_reserved"), "usage_meter", "calls_reserved >= 0")
    for function in (RESERVE, SETTLE, KEEP):
        op.execute(function)
    op.execute(
        "CREATE TRIGGER gateway_call_kept BEFORE UPDATE OR DELETE ON gateway_call"
        " FOR EACH ROW EXECUTE FUNCTION keep_gateway_call()"
    )
    op.execute(
        "CREATE TRIGGER gateway_call_not_emptied BEFORE TRUNCATE ON gateway_call EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER gateway_call_not_emptied ON gateway_call")
    op.execute("DROP TRIGGER gateway_call_kept ON gateway_call")
    op.execute("DROP FUNCTION keep_gateway_call")
    op.execute("DROP FUNCTION settle_call")
    op.execute("DROP FUNCTION reserve_call")
    op.drop_column("usage_meter", "calls_reserved")
