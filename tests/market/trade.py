"""A trade as far as a test needs it: a listing on the shelf, and each step of its order through HTTP."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from kernel import ids, signing
from kernel.db import unit
from kernel.runtime import Runtime
from market.orders import commands as orders
from market.orders.models import Order
from tests.conftest import As, Client
from tests.makers import signing_key

LICENCE = {
    "actions": ["use", "process"],
    "purposes": ["internal-analysis", "risk-control"],
    "territory": ["CN"],
    "term_days": 365,
    "recipients": "buyer",
    "delegation_depth": 0,
}

FILES = [
    {"name": "flights.parquet", "file_id": "x", "sha256": "a" * 64, "size_bytes": 1024, "storage_key": "data/a"},
    {"name": "weather.parquet", "file_id": "y", "sha256": "b" * 64, "size_bytes": 2048, "storage_key": "data/b"},
]


async def make_listing(runtime: Runtime, provider: str, **over: Any) -> str:
    """A listing row on a real asset and revision; its certificate is only a name, which no order looks behind."""
    asset, revision, listing = ids.new("ast"), ids.new("rev"), ids.new("lst")
    now = runtime.clock.now()
    known = {"status": "listed", "price_minor": 1_250_000, "currency": "CNY", "licence": LICENCE, **over}
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO asset (id, party_id, name, overview, industry, theme, update_cycle, region, source_kind, form,"
            " public_data, created_at)"
            " VALUES ($1, $2, '航班', '示例', 'G56', '交通', 'once', '全国', 'generated', 'resource', false, $3)",
            asset,
            provider,
            now,
        )
        await connection.execute(
            "INSERT INTO asset_revision (id, asset_id, number, files, content_sha256, created_at)"
            " VALUES ($1, $2, 1, $3, $4, $5)",
            revision,
            asset,
            json.dumps(FILES),
            "sha256:" + "c" * 64,
            now,
        )
        # The only way to a certificate is the register, which has its own tests.
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            "INSERT INTO listing (id, provider, asset_id, revision_id, certificate_id, title_zh, title_en, summary_zh,"
            " summary_en, keywords, theme, licence, delivery, price_minor, currency, size_bytes, sample_rows, search,"
            " status, created_at, status_changed_at, version) VALUES ($1, $2, $3, $4, $5, '航班数据', 'Flights',"
            " '摘要', 'Summary', '{}', '交通', $6, 'files', $7, $8, 3072, '{}', '', $9, $10, $10, 1)",
            listing,
            provider,
            asset,
            revision,
            ids.new("crt"),
            json.dumps(known["licence"]),
            known["price_minor"],
            known["currency"],
            known["status"],
            now,
        )
    return listing


@dataclass
class Trade:
    """Both sides of a trade and what they hold."""

    runtime: Runtime
    as_: As
    provider: Client
    buyer: Client
    listing_id: str
    provider_key: tuple[str, signing.Ed25519Signer] | None = None
    buyer_key: tuple[str, signing.Ed25519Signer] | None = None

    @staticmethod
    async def begin(runtime: Runtime, as_: As, **over: Any) -> "Trade":
        """A provider, a buyer and a listing."""
        provider, buyer = await as_("provider"), await as_("buyer")
        assert provider.party is not None
        return Trade(runtime, as_, provider, buyer, await make_listing(runtime, provider.party, **over))

    def body(self, **over: Any) -> dict[str, Any]:
        """What the buyer sends to place the order."""
        return {"listing_id": self.listing_id, "purpose": "internal-analysis", "use_case": "延误预测", **over}

    async def order(self, **over: Any) -> str:
        """Place the order; gives its id."""
        made = await self.buyer.post("/v1/orders", self.body(**over))
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def draft(self, order_id: str) -> dict[str, Any]:
        """The order's agreement."""
        made = await self.buyer.post(f"/v1/orders/{order_id}/agreement")
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def keys(self) -> None:
        """Register both parties' signing keys."""
        if self.provider_key is None:
            self.provider_key = await signing_key(self.provider, b"\x11" * 32)
            self.buyer_key = await signing_key(self.buyer, b"\x22" * 32)

    async def sign(self, agreement: dict[str, Any], side: str) -> dict[str, Any]:
        """One side signs."""
        await self.keys()
        client, key = (self.provider, self.provider_key) if side == "provider" else (self.buyer, self.buyer_key)
        assert key is not None
        made = await client.post(f"/v1/agreements/{agreement['id']}/signatures", signature(agreement, *key))
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def agreed(self) -> str:
        """An order whose agreement is in force."""
        order_id = await self.order()
        agreement = await self.draft(order_id)
        await self.sign(agreement, "provider")
        assert (await self.sign(agreement, "buyer"))["status"] == "in_force"
        return order_id

    async def paid(self) -> str:
        """An order whose money is in escrow."""
        order_id = await self.agreed()
        opened = await self.buyer.post(f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})
        assert opened.status_code == 201, opened.text
        clearing = await self.as_("clearing")
        seen = {
            "bank_reference": f"BANK-{opened.json()['id'][-12:]}",
            "amount": opened.json()["amount"],
            "received_on": "2026-11-23",
        }
        confirmed = await clearing.post(f"/v1/payments/{opened.json()['id']}/confirm", seen)
        assert confirmed.status_code == 200, confirmed.text
        return order_id

    async def delivered(self) -> str:
        """An order whose buyer has receipted the files."""
        order_id = await self.paid()
        async with unit(self.runtime.sessions) as session:
            row = await session.get_one(Order, order_id)
            await orders.mark_delivered(session, row, clock=self.runtime.clock)
        return order_id


def signature(agreement: dict[str, Any], key_id: str, key: signing.Ed25519Signer) -> dict[str, str]:
    """What a party sends to sign."""
    made = key.sign(agreement["signing_text"].encode())
    return {"signing_key_id": key_id, "signature": base64.b64encode(made).decode()}


async def snapshot(runtime: Runtime) -> dict[str, list[str]]:
    """Every business row as text, for tests that say that nothing changed."""
    tables = ("order", "agreement", "agreement_signature", "settlement", "log_entry", "ledger_entry", "posting")
    found = {}
    for table in (*tables, "document", "payment", "pgqueuer", "idempotency_record"):
        rows = await runtime.pool.fetch(f'SELECT row_to_json(t)::text AS row FROM "{table}" t')
        found[table] = sorted(row["row"] for row in rows)
    return found
