"""An order of two typed tables up to its payment, later revisions that reach its buyer, and keys of its channels."""

import hashlib
import io
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx
import polars as pl
from sqlalchemy import func, select

from contracts.agreements.models import Agreement
from kernel import ids
from kernel.documents.models import Document
from kernel.runtime import Runtime
from market.delivery.models import Delivery, DeliveryFile, DeliveryUpdate
from market.delivery.queries import FILE_PREFIX
from market.delivery.states import DeliveryState
from market.orders.models import Order
from rights.assets.models import Asset, AssetRevision
from tests.conftest import As, Client
from tests.market.trade import Trade, make_listing, scorecard, stored_files
from tests.valuation.makers import parquet
from valuation.quality.models import DataContract

ORDERS = pl.DataFrame(
    {
        "编号": pl.Series([3, 1, 2, 4], dtype=pl.UInt32),
        "金额": [Decimal("20.50"), Decimal("10.00"), None, Decimal("-1.25")],
        "城市": ["上海", "北京", "广州", None],
        "at": [datetime(2026, 1, day, 8, 0, 0, 123_456) for day in (3, 1, 2, 4)],  # noqa: DTZ001 - as files hold them
        "day": [date(2026, 1, day) for day in (3, 1, 2, 4)],
    }
)
"""With an unsigned key, decimals, Chinese names and values, and moments without a zone."""
SHOPS = pl.DataFrame({"name": ["东店", "西店", "东店"]})
"""Without a key."""

DOCUMENT: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "shop",
    "version": "1.0.0",
    "schema": [
        {
            "name": "订单 表",
            "physicalName": "orders",
            "properties": [
                {"name": "编号", "logicalType": "integer", "primaryKey": True},
                {"name": "金额", "logicalType": "number"},
                {"name": "城市", "logicalType": "string"},
                {"name": "at", "logicalType": "timestamp"},
                {"name": "day", "logicalType": "date"},
            ],
        },
        {"name": "shops", "properties": [{"name": "name", "logicalType": "string"}]},
    ],
}
LICENCE = {
    "actions": ["use", "process"],
    "purposes": ["internal-analysis", "risk-control"],
    "territory": ["CN"],
    "term_days": 365,
    "recipients": "buyer",
    "delegation_depth": 0,
    "updates": "included",
}


_FILE = ("name", "sha256", "size_bytes", "storage_key")


def files(orders: pl.DataFrame = ORDERS, shops: pl.DataFrame = SHOPS) -> dict[str, bytes]:
    """The two tables as files."""
    return {"orders.parquet": parquet(orders), "shops.parquet": parquet(shops)}


async def begin(runtime: Runtime, as_: As, **over: Any) -> Trade:
    """A provider, a buyer and a listing of the two tables, whose licence includes updates."""
    provider, buyer = await as_("provider"), await as_("buyer")
    assert provider.party is not None
    listing = await make_listing(runtime, provider.party, files(), DOCUMENT, **{"licence": LICENCE, **over})
    return Trade(runtime, as_, provider, buyer, listing)


async def shared(trade: Trade, drain: Any, **over: Any) -> tuple[str, dict[str, Any]]:
    """A paid order with a channel key, and all that the key opens; gives the order and the key as it was shown."""
    order = await trade.paid()
    key = await take_key(trade, order, **over)
    await drain()
    return order, key


async def take_key(trade: Trade, order: str, **over: Any) -> dict[str, Any]:
    """The buyer takes a key."""
    made = await trade.buyer.post(f"/v1/orders/{order}/channel-keys", {"recipient": "风控模型", **over})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def reach(runtime: Runtime, order: str, content: Mapping[str, bytes], at: datetime | None = None) -> str:
    """A later revision that reached the order's buyer; how it got there has tests of its own."""
    moment = at or runtime.clock.now()
    async with runtime.act() as act:
        row = await act.session.get_one(Order, order)
        asset = await act.session.get_one(Asset, row.asset_id)
        number = 2 + (await act.session.scalar(select(func.count()).where(DeliveryUpdate.order_id == order)) or 0)
        revision = AssetRevision(
            id=ids.new("rev"),
            asset_id=asset.id,
            number=number,
            files=await stored_files(runtime, f"{asset.id}-{number}", content),
            content_sha256="sha256:" + hashlib.sha256(f"{asset.id}/{number}".encode()).hexdigest(),
            created_at=moment,
        )
        act.session.add(revision)
        await act.session.flush()
        delivery = await _delivery(act.session, row, moment)
        contract = (await act.session.scalars(select(DataContract.id).where(DataContract.asset_id == asset.id))).one()
        document = (await act.session.scalars(select(Document.id).limit(1))).one()
        card = await scorecard(act.session, asset, revision, contract, document, moment)
        scoped = (await act.session.get_one(Agreement, row.agreement_id)).scope_sha256 is not None
        files = [] if scoped else [{name: file[name] for name in _FILE} for file in revision.files]
        update = DeliveryUpdate(
            id=ids.new("dlu"),
            delivery_id=delivery.id,
            order_id=order,
            revision_id=revision.id,
            number=number,
            content_sha256=revision.content_sha256,
            scorecard_id=card,
            files=files,
            available_at=moment,
        )
        act.session.add(update)
        await act.session.flush()
        of_it = {"delivery_id": delivery.id, "update_id": update.id}
        act.session.add_all(DeliveryFile(id=ids.new(FILE_PREFIX), **of_it, **file) for file in files)
    return revision.id


async def _delivery(session: Any, order: Order, at: datetime) -> Delivery:
    row = await session.scalar(select(Delivery).where(Delivery.order_id == order.id))
    if row is None:
        row = Delivery(
            id=ids.new("dlv"),
            order_id=order.id,
            agreement_id=order.agreement_id,
            provider=order.provider,
            buyer=order.buyer,
            status=DeliveryState.RECEIVED,
            status_changed_at=at,
            version=1,
            receipt_id=None,
            created_at=at,
            received_at=at,
        )
        session.add(row)
        await session.flush()
    return row


def denied(answer: httpx.Response, status: int, code: str, problem: str) -> str:
    """Expect a refusal in the protocol's shape, of a problem of ours; gives its message."""
    told = answer.json()
    assert told.keys() == {"errorCode", "message"}
    assert (answer.status_code, told["errorCode"]) == (status, code), told
    assert f"({problem})" in told["message"], told
    return str(told["message"])


class Reader:
    """A client of the protocol, as the profile makes it one."""

    def __init__(self, http: Client, profile: dict[str, Any]) -> None:
        self.http, self.bearer = http.http, profile["bearerToken"]
        self.base = profile["endpoint"].replace(http.runtime.settings.public_url if http.runtime else "", "")

    async def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.bearer}", "accept-language": "en", **more.pop("headers", {})}
        return await self.http.request(method, f"{self.base}{path}", headers=headers, **more)

    async def lines(self, method: str, path: str, **more: Any) -> list[dict[str, Any]]:
        """The lines of an answer that must be one."""
        answer = await self(method, path, **more)
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    async def table(self, url: str) -> pl.DataFrame:
        """The file behind a link."""
        answer = await self.http.get(url)
        assert answer.status_code == 200, answer.text
        return pl.read_parquet(io.BytesIO(answer.content))
