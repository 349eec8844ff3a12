"""The tables of orders and settlements, and the statement that places an order."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql

_STATES = ("placed", "paid", "delivered", "accepted", "settled", "cancelled", "expired", "refunded")

PLACE_ORDER = """
CREATE FUNCTION place_order(
    p_buyer text, p_actor_key text, p_key text, p_fingerprint bytea, p_at timestamptz,
    p_order text, p_listing text, p_purpose text, p_use_case text, p_payment_due_at timestamptz, p_terms jsonb,
    p_entry text, p_facts jsonb, p_salt bytea, p_payload bytea, p_leaf bytea
) RETURNS TABLE (
    outcome text, order_id text, provider text, listing_id text, asset_id text, revision_id text,
    title_zh text, title_en text, purpose text, use_case text, amount_minor bigint, currency text,
    payment_due_at timestamptz, placed_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    offer record;
    earlier record;
    refusal text;
    placed "order"%ROWTYPE;
BEGIN
    SELECT l.status, l.provider, l.asset_id, l.revision_id, l.certificate_id, l.title_zh, l.title_en, l.licence,
           l.price_minor, l.currency,
           -- A suspended provider sells nothing, and nothing is sold under rights that have been taken back.
           seller.status = 'suspended' OR basis.status IN ('cancelled', 'revoked', 'expired') AS lapsed
      INTO offer FROM listing l
      LEFT JOIN party seller ON seller.id = l.provider
      LEFT JOIN certificate basis ON basis.id = l.certificate_id
     WHERE l.id = p_listing;
    refusal := CASE
        WHEN NOT FOUND THEN 'unknown'
        WHEN offer.provider = p_buyer THEN 'own'
        WHEN offer.status <> 'listed' OR offer.price_minor IS NULL OR offer.certificate_id IS NULL THEN 'closed'
        WHEN offer.lapsed THEN 'closed'
        WHEN NOT COALESCE(offer.licence -> 'purposes' ? p_purpose, false) THEN 'purpose'
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
"""One round trip for an order: key, listing, order and log entry together, or nothing; see market.orders.placing."""


def upgrade(op: Operations) -> None:
    """Create the tables and the function."""
    _order(op)
    _settlement(op)
    op.execute(PLACE_ORDER)


def _order(op: Operations) -> None:
    time, json = sa.DateTime(timezone=True), postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("use_case", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("licence", json, nullable=False),
        sa.Column("terms", json, nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(*_STATES, name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("payment_due_at", time, nullable=False),
        sa.Column("inspection_due_at", time, nullable=True),
        sa.Column("placed_at", time, nullable=False),
        sa.Column("paid_at", time, nullable=True),
        sa.Column("delivered_at", time, nullable=True),
        sa.Column("accepted_at", time, nullable=True),
        sa.Column("settled_at", time, nullable=True),
        sa.Column("status_changed_at", time, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_order_amount_minor")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_order_currency")),
        sa.CheckConstraint("buyer <> provider", name=op.f("ck_order_two_parties")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_order_agreement_id_agreement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_order_agreement_id")),
    )
    op.create_index("ix_order_buyer_id", "order", ["buyer", "id"])
    op.create_index("ix_order_provider_id", "order", ["provider", "id"])
    op.create_index(op.f("ix_order_listing_id"), "order", ["listing_id"])
    op.create_index(op.f("ix_order_status"), "order", ["status"])


def _settlement(op: Operations) -> None:
    time, json = sa.DateTime(timezone=True), postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "settlement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("provider_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", json, nullable=False),
        sa.Column("policy", json, nullable=False),
        sa.Column("ledger_entry_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("settled_at", time, nullable=False),
        sa.CheckConstraint(
            "gross_minor = fee_minor + provider_minor AND fee_minor >= 0 AND provider_minor >= 0",
            name=op.f("ck_settlement_conserved"),
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_settlement_document_id_document")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_settlement_order_id_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("order_id", name=op.f("uq_settlement_order_id")),
    )
    op.create_index(op.f("ix_settlement_provider"), "settlement", ["provider"])
    op.execute(
        "CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement"
        " EXECUTE FUNCTION refuse_change()"
    )


def downgrade(op: Operations) -> None:
    """Drop them."""
    op.execute("DROP FUNCTION place_order")
    op.drop_table("settlement")
    op.drop_table("order")
