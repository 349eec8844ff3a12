"""Placing an order: the market's hot command, one statement and one commit on the raw pool (decision 4 of the design).

The SQL function `place_order` (migrations/parts/market_orders.py) claims the idempotency key, reads the listing, and
stores order and log entry; it says what happened and Python raises it. It has the semantics of
kernel.http.idempotency.once: a concurrent duplicate waits for the first and gives its answer, and a refusal stores
nothing.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import asyncpg
import msgspec

from contracts.agreements.errors import MembershipLapsed
from kernel import ids
from kernel.actor import Actor
from kernel.errors import FieldError, NotFound, Unavailable
from kernel.http.idempotency import IdempotencyKeyReused
from kernel.log.record import leaf
from kernel.money import Money
from kernel.postgres.gathering import Asker, Statement
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china
from market.listings.errors import REFUSALS
from market.orders import rules
from market.orders.errors import (
    WITHOUT_RIGHTS,
    ListingClosed,
    ListingHeld,
    ListingLapsed,
    OwnListing,
    PurposeNotOffered,
    SellerWithoutRights,
    disputed,
)
from market.orders.schemas import OrderView, PlaceOrder
from market.orders.states import ORDER, OrderState
from market.pricing.errors import PriceOnRequest
from rights.classification.errors import RightsInDispute
from rights.title.errors import GrantExceedsTitle, RightRemarked

PLACE: Final = Statement(
    one="SELECT * FROM place_order($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)",
    many="""
SELECT given.place - 1 AS place, placed.* FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::bytea[], $16::bytea[],
    $17::text[], $18::text[]
) WITH ORDINALITY AS given(
    a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, place
),
LATERAL place_order(
    a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11::jsonb, a12, a13::jsonb, a14, a15, a16, a17, a18
) AS placed
""",
)

_PLACED_ACTIONS: Final = [str(action) for action in ORDER.actions(OrderState.PLACED, Role.BUYER)]


@lru_cache(maxsize=16)
def _terms(day: Any) -> tuple[rules.OrderTerms, str]:
    found = rules.TERMS.at(day)
    return found.body, msgspec.json.encode(found.ref).decode()


async def place(
    orders: Asker, actor: Actor, data: PlaceOrder, *, key: str, fingerprint: bytes, at: datetime
) -> tuple[OrderView, bool] | None:
    """Place an order, or give the answer of the earlier request with this key; says whether it is a replay.

    Gives None where the listing's price is a plan and nothing stands against the order: what is due at its beginning
    is computed from the plan, which is no work for a statement; see market.orders.open.
    """
    ids.require("lst", data.listing_id)
    row = await orders.ask(*arguments(actor, data, key, fingerprint, at))
    assert row is not None  # The function always says what happened.
    outcome = row["outcome"]
    if outcome == "plan":
        return None
    if outcome in ("placed", "replayed"):
        return _as_placed(row, actor, data), outcome == "replayed"
    if outcome == "closed" and not await _was_listed(orders.pool, data.listing_id):
        outcome = "unknown"
    if outcome == "purpose":
        raise _not_offered(data, await _purposes(orders.pool, data.listing_id))
    if outcome == "lapsed":
        why = await _without_rights(orders.pool, data.listing_id, day_in_china(at))
        raise SellerWithoutRights(listing=data.listing_id, why=WITHOUT_RIGHTS[why])
    raise _refusal(outcome, data, row["against"] or [])


_WITHOUT_RIGHTS: Final = """
    SELECT CASE
        WHEN seller.status <> 'admitted' THEN 'suspended'
        WHEN asset.party_id <> l.provider THEN 'passed'
        WHEN basis.id IS NULL THEN 'unregistered'
        WHEN EXISTS (
            SELECT FROM certificate AS newer WHERE newer.asset_id = l.asset_id AND newer.party_id = l.provider
             AND newer.status = 'in_force' AND newer.valid_from <= $2 AND newer.valid_until >= $2
        ) THEN 'replaced'
        WHEN basis.status IN ('cancelled', 'revoked') THEN 'ended'
        ELSE 'expired'
    END
    FROM listing l
    JOIN party seller ON seller.id = l.provider
    JOIN asset ON asset.id = l.asset_id
    LEFT JOIN certificate basis ON basis.id = l.certificate_id
    WHERE l.id = $1
"""
"""What the statement that places orders sees at once and does not tell apart: asked after a refusal only."""


async def _was_listed(pool: Any, listing_id: str) -> bool:
    """Whether a listing was ever on the shelf, so that everybody knows of it."""
    return bool(await pool.fetchval("SELECT listed_at IS NOT NULL FROM listing WHERE id = $1", listing_id))


async def _without_rights(pool: Any, listing_id: str, day: date) -> str:
    """Why a listing cannot be sold on a day, as a code of market.orders.errors.WITHOUT_RIGHTS."""
    return str(await pool.fetchval(_WITHOUT_RIGHTS, listing_id, day))


async def _purposes(pool: Any, listing_id: str) -> list[str]:
    """The purposes that a listing's licence offers."""
    query = "SELECT jsonb_array_elements_text(licence::jsonb -> 'purposes') FROM listing WHERE id = $1"
    return [row[0] for row in await pool.fetch(query, listing_id)]


def arguments(actor: Actor, data: PlaceOrder, key: str, fingerprint: bytes, at: datetime) -> tuple[Any, ...]:
    """The statement's arguments: a new order and its log entry, built here so that SQL never hashes."""
    order_id, day = ids.new("ord"), day_in_china(at)
    terms, terms_json = _terms(day)
    facts = {"listing": data.listing_id, "purpose": data.purpose, "use_case": data.use_case}
    entry = leaf("market.order.placed", order_id, at=at, facts=facts)
    return (
        actor.party,
        actor.hand,
        key,
        fingerprint,
        at,
        order_id,
        data.listing_id,
        data.purpose,
        data.use_case,
        rules.deadline(day, terms.payment_working_days),
        terms_json,
        entry.id,
        msgspec.json.encode(facts).decode(),
        entry.salt,
        entry.payload,
        entry.leaf_hash,
        data.purchase_order_number,
        data.cost_centre,
    )


def _as_placed(row: asyncpg.Record, actor: Actor, data: PlaceOrder) -> OrderView:
    """The order as it was when it was placed: a replay gives the first answer, whatever has happened since."""
    assert actor.party is not None
    return OrderView(
        id=row["order_id"],
        buyer=actor.party,
        provider=row["provider"],
        listing_id=row["listing_id"],
        asset_id=row["asset_id"],
        revision_id=row["revision_id"],
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        purpose=row["purpose"],
        use_case=row["use_case"],
        price=Money(row["amount_minor"], row["currency"]).view(),
        status=OrderState.PLACED,
        allowed_actions=_PLACED_ACTIONS,
        negotiation_id=None,
        agreement_id=None,
        payment_due_at=row["payment_due_at"],
        inspection_due_at=None,
        placed_at=row["placed_at"],
        paid_at=None,
        delivered_at=None,
        accepted_at=None,
        settled_at=None,
        collect_due_at=None,
        end_reason=None,
        complaint_id=None,
        purchase_order_number=data.purchase_order_number,
        cost_centre=data.cost_centre,
    )


def _too_old(against: list[str]) -> Exception:
    """The refusal by the rule that something behind the listing has outlived (LT-LST-15)."""
    rule, day = (*against, "", "")[:2]
    error = REFUSALS.get(rule, ListingLapsed)
    text = Text(f"自 {day} 起已过期，须更新后再售", f"Over since {day}: it is sold again when it has been renewed")
    facts = {"party": "-", "until": day} if rule == MembershipLapsed.rule else {}
    return (ListingLapsed if rule == GrantExceedsTitle.rule else error)(
        errors=[FieldError("/listing_id", text, rule or None)], since=day, by=rule, **facts
    )


def _not_offered(data: PlaceOrder, offered: list[str]) -> Exception:
    listed = ", ".join(offered)
    text = Text(f"该商品许可的用途：{listed}", f"Use one of {listed}")
    fault = FieldError("/purpose", text, PurposeNotOffered.rule)
    return PurposeNotOffered(errors=[fault], listing=data.listing_id, purpose=data.purpose)


def _refusal(outcome: str | None, data: PlaceOrder, against: list[str]) -> Exception:
    refusals = {
        "unknown": NotFound(kind="listing", id=data.listing_id),
        "on-request": PriceOnRequest(errors=[FieldError("/listing_id", PriceOnRequest.title, PriceOnRequest.rule)]),
        "closed": ListingClosed(listing=data.listing_id),
        "held": ListingHeld(listing=data.listing_id, held_by=", ".join(against)),
        "stale": _too_old(against),
        "membership": MembershipLapsed(party="-", until=", ".join(against)),
        "remarked": RightRemarked(against=against, dimensions=["act"]),
        "disputed": RightsInDispute(errors=[disputed(one) for one in against]),
        "own": OwnListing(listing=data.listing_id),
        "reused": IdempotencyKeyReused(),
    }
    # No outcome: the key's record was dropped by age between two looks at it; the same request then succeeds.
    return refusals.get(outcome or "", Unavailable(retry_after_seconds=1))
