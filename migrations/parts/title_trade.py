"""The statement that places an order, asking also what may have changed since the listing passed its gates."""

from alembic.operations import Operations

PLACE_ORDER = """
CREATE FUNCTION place_order(
    p_buyer text, p_actor_key text, p_key text, p_fingerprint bytea, p_at timestamptz,
    p_order text, p_listing text, p_purpose text, p_use_case text, p_payment_due_at timestamptz, p_terms jsonb,
    p_entry text, p_facts jsonb, p_salt bytea, p_payload bytea, p_leaf bytea
) RETURNS TABLE (
    outcome text, order_id text, provider text, listing_id text, asset_id text, revision_id text,
    title_zh text, title_en text, purpose text, use_case text, amount_minor bigint, currency text,
    payment_due_at timestamptz, placed_at timestamptz, against text[]
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    p_day date := (p_at AT TIME ZONE 'Asia/Shanghai')::date;
    offer record;
    earlier record;
    refusal text;
    barred text[];
    placed "order"%ROWTYPE;
BEGIN
    SELECT l.status, l.provider, l.asset_id, l.revision_id, l.title_zh, l.title_en, l.licence, l.price_minor,
           l.currency, l.held_by,
           -- A renewed or corrected certificate goes on selling the same content; one that lapsed, was ended or passed
           -- to somebody else does not, and a provider who is suspended sells nothing.
           CASE WHEN seller.status = 'admitted' THEN standing.id END AS certificate_id,
           -- What stands on the rights holds the sale until it is lifted, whatever the listing's last gates said.
           (SELECT array_agg(r.kind || ' ' || r.id ORDER BY r.id) FROM title_remark r
             WHERE r.asset_id = l.asset_id AND r.status = 'entered' AND 'grant' = ANY (r.blocks)
               AND COALESCE(r.condition, 'null') = 'null' AND (r.until IS NULL OR r.until > p_day)) AS remarks,
           (SELECT array_agg(o.id ORDER BY o.id) FROM objection o
             WHERE o.asset_id = l.asset_id AND o.stage = 'registered'
               AND o.status IN (:open)) AS disputes
      INTO offer FROM listing l
      LEFT JOIN party seller ON seller.id = l.provider
      LEFT JOIN certificate basis ON basis.id = l.certificate_id
      LEFT JOIN certificate standing
        ON standing.content_sha256 = basis.content_sha256 AND standing.status = 'in_force'
       AND standing.asset_id = basis.asset_id AND standing.party_id = l.provider
       AND standing.valid_from <= p_day AND standing.valid_until >= p_day
     WHERE l.id = p_listing;
    refusal := CASE
        WHEN NOT FOUND THEN 'unknown'
        WHEN offer.provider = p_buyer THEN 'own'
        WHEN offer.price_minor IS NULL THEN 'closed'
        WHEN offer.status = 'suspended' AND offer.held_by IS NOT NULL AND offer.remarks IS NOT NULL THEN 'remarked'
        WHEN offer.status = 'suspended' AND offer.held_by IS NOT NULL THEN 'held'
        WHEN offer.status <> 'listed' THEN 'closed'
        WHEN offer.certificate_id IS NULL THEN 'lapsed'
        WHEN offer.remarks IS NOT NULL THEN 'remarked'
        WHEN offer.disputes IS NOT NULL THEN 'disputed'
        WHEN NOT COALESCE(offer.licence -> 'purposes' ? p_purpose, false) THEN 'purpose'
    END;
    barred := CASE refusal
        WHEN 'remarked' THEN offer.remarks
        WHEN 'disputed' THEN offer.disputes
        WHEN 'held' THEN ARRAY[offer.held_by]
    END;
    IF refusal IS NULL THEN
        -- A concurrent duplicate waits here until the first commits or fails.
        INSERT INTO idempotency_record (party, key, fingerprint, http_status, body, created_at)
        VALUES (p_buyer, p_key, p_fingerprint, 201, convert_to(to_json(p_order)::text, 'UTF8'), p_at)
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            INSERT INTO "order" (
                id, buyer, provider, listing_id, asset_id, revision_id, certificate_id, title_zh, title_en, purpose,
                use_case, amount_minor, currency, licence, terms, status, status_changed_at, version,
                payment_due_at, placed_at
            ) VALUES (
                p_order, p_buyer, offer.provider, p_listing, offer.asset_id, offer.revision_id, offer.certificate_id,
                offer.title_zh, offer.title_en, p_purpose, p_use_case, offer.price_minor, offer.currency,
                offer.licence, p_terms, 'placed', p_at, 1, p_payment_due_at, p_at
            ) RETURNING * INTO placed;
            INSERT INTO log_entry (
                id, at, actor_party, actor_key, kind, subject, parties, facts, salt, payload, leaf_hash
            ) VALUES (
                p_entry, p_at, p_buyer, p_actor_key, 'market.order.placed', p_order,
                ARRAY[LEAST(p_buyer, offer.provider), GREATEST(p_buyer, offer.provider)],
                p_facts, p_salt, p_payload, p_leaf
            );
            outcome := 'placed';
        END IF;
    END IF;
    IF outcome IS NULL THEN
        SELECT i.fingerprint, i.body INTO earlier FROM idempotency_record i WHERE i.party = p_buyer AND i.key = p_key;
        IF NOT FOUND THEN
            outcome := refusal;
            against := barred;
        ELSIF earlier.fingerprint <> p_fingerprint THEN
            outcome := 'reused';
        ELSE
            outcome := 'replayed';
            SELECT * INTO placed FROM "order" o
             WHERE o.id = (convert_from(earlier.body, 'UTF8')::json) #>> '{}';
        END IF;
    END IF;
    order_id := placed.id; provider := placed.provider; listing_id := placed.listing_id;
    asset_id := placed.asset_id; revision_id := placed.revision_id;
    title_zh := placed.title_zh; title_en := placed.title_en;
    purpose := placed.purpose; use_case := placed.use_case;
    amount_minor := placed.amount_minor; currency := placed.currency;
    payment_due_at := placed.payment_due_at; placed_at := placed.placed_at;
    RETURN NEXT;
END $$
"""
"""One round trip for an order, as market_orders.PLACE_ORDER was before it; `against` names what bars a sale."""

OPEN_OBJECTIONS = ("raised", "told", "investigated", "conceded", "referred")


def upgrade(op: Operations) -> None:
    """Put the new statement in the place of the old."""
    op.execute("DROP FUNCTION place_order")
    op.execute(PLACE_ORDER.replace(":open", ", ".join(f"'{state}'" for state in OPEN_OBJECTIONS)))


def downgrade(op: Operations) -> None:
    """Take the new statement away; the caller puts back the old."""
    op.execute("DROP FUNCTION place_order")
