"""Deliveries on a real database: only the buyer, only while paid and in force, exactly the agreement's files."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.documents import credential
from kernel.documents.models import Document
from kernel.identity.models import Party
from kernel.log.models import LogEntry
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, Role
from kernel.storage.keys import open_keyring
from kernel.time.clock import FixedClock
from market.delivery import commands, queries, receiving
from market.delivery.errors import DeliveryMissing, DeliveryNotDue, NotFetched, ReceiptMismatch
from market.delivery.models import Delivery
from market.delivery.schemas import ConfirmReceipt, LinksView, ReceivedFile
from market.delivery.states import DeliveryState
from market.orders.models import Order
from market.orders.states import OrderState
from tests.makers import make_uscc

CONTENTS = {"flights.parquet": b"f" * 5000, "weather.parquet": b"w" * 3000}


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _party(at: Any) -> Party:
    return Party(
        id=ids.new("pty"),
        uscc=make_uscc(),
        name="测试机构",
        kind="enterprise",
        roles=["buyer"],
        pledges=[],
        contact={},
        centre=False,
        status="admitted",
        status_changed_at=at,
        version=1,
        decision_reason=None,
        created_at=at,
    )


@dataclass
class Sale:
    """A paid order under an agreement in force, its files in the store."""

    order: Order
    agreement: Agreement
    buyer: Actor
    provider: Actor
    runtime: Runtime

    async def links(self, session: AsyncSession, actor: Actor | None = None) -> LinksView:
        return await commands.links(
            Act(session, actor or self.buyer, self.runtime.clock.now(), self.runtime.issuer),
            self.order.id,
            keyring=open_keyring(self.runtime.settings),
            public_url="http://liutong.test",
            ttl_seconds=3600,
        )

    async def confirm(self, session: AsyncSession, actor: Actor | None = None, **over: str) -> Any:
        digests = {name: hashlib.sha256(body).hexdigest() for name, body in CONTENTS.items()} | over
        data = ConfirmReceipt([ReceivedFile(name, sha256) for name, sha256 in digests.items()])
        return await receiving.confirm_receipt(
            Act(session, actor or self.buyer, self.runtime.clock.now(), self.runtime.issuer), self.order.id, data
        )

    async def fetched(self, session: AsyncSession, *names: str) -> None:
        delivery = (await session.scalars(select(Delivery).where(Delivery.order_id == self.order.id))).one()
        for file in await queries.files(session, delivery.id):
            if file.name in names:
                commands.note_download(
                    Act(session, SYSTEM, self.runtime.clock.now(), self.runtime.issuer), file, "GET", None, 200
                )


LICENCE = {
    "vocabulary": "2026-11",
    "actions": ["use"],
    "purposes": ["research"],
    "territory": ["CN"],
    "term_days": 30,
}


def _actor(party: Party, role: Role) -> Actor:
    return Actor(party=party.id, key=ids.new("key"), roles=frozenset({role}), admitted=True)


@pytest.fixture
async def sale(session: AsyncSession, runtime: Runtime, clock: FixedClock) -> Sale:
    now = clock.now()
    provider, buyer = _party(now), _party(now)
    session.add_all([provider, buyer])
    await session.flush()
    files = []
    for name, body in CONTENTS.items():
        key = f"files/{ids.new('fil')}"
        stored = await runtime.storage.put_stream(key, _chunks(body), 10_000)
        files.append({"name": name, "sha256": stored.sha256, "size_bytes": stored.size_bytes, "storage_key": key})
    order_id = ids.new("ord")
    agreement = Agreement(
        id=ids.new("agr"),
        order_id=order_id,
        provider=provider.id,
        consumer=buyer.id,
        asset_id=ids.new("ast"),
        revision_id=ids.new("rev"),
        files=files,
        amount_minor=100_000,
        currency="CNY",
        term_days=30,
        content={"purpose": "research", "policy": LICENCE},
        digest="sha256:" + "ab" * 32,
        document_id=None,
        in_force_at=now,
        created_at=now,
        status=AgreementState.IN_FORCE,
        status_changed_at=now,
        version=1,
    )
    session.add(agreement)
    await session.flush()
    order = Order(
        id=order_id,
        buyer=buyer.id,
        provider=provider.id,
        listing_id=ids.new("lst"),
        asset_id=agreement.asset_id,
        revision_id=agreement.revision_id,
        certificate_id=ids.new("crt"),
        title_zh="航班与天气",
        title_en="Flights and weather",
        purpose="research",
        use_case="study of delays",
        amount_minor=100_000,
        currency="CNY",
        licence={},
        terms={"kind": "order-terms", "version": "2026-11", "sha256": ""},
        agreement_id=agreement.id,
        payment_id=None,
        payment_due_at=now,
        inspection_due_at=None,
        placed_at=now,
        paid_at=now,
        delivered_at=None,
        accepted_at=None,
        settled_at=None,
        status=OrderState.PAID,
        status_changed_at=now,
        version=1,
    )
    session.add(order)
    await session.flush()
    return Sale(order, agreement, _actor(buyer, Role.BUYER), _actor(provider, Role.PROVIDER), runtime)


async def test_links_open_exactly_the_agreements_files(session: AsyncSession, sale: Sale) -> None:
    opened = await sale.links(session)
    assert {(f.name, f.sha256, f.size_bytes) for f in opened.files} == {
        (f["name"], f["sha256"], f["size_bytes"]) for f in sale.agreement.files
    }
    assert all(f.url.startswith(f"http://liutong.test/files/{f.id}?exp=") for f in opened.files)
    assert opened.expires_at == sale.runtime.clock.now() + timedelta(hours=1)


async def test_one_order_has_one_delivery(session: AsyncSession, sale: Sale) -> None:
    first, second = await sale.links(session), await sale.links(session)
    assert first.delivery_id == second.delivery_id
    prepared = await commands.prepare_own(
        Act(session, sale.provider, sale.runtime.clock.now(), sale.runtime.issuer), sale.order.id
    )
    assert (prepared.id, prepared.status) == (first.delivery_id, "available")


async def test_a_provider_prepares_before_payment_and_payment_releases(session: AsyncSession, sale: Sale) -> None:
    await _order_is(session, sale, OrderState.PLACED)
    prepared = await commands.prepare_own(
        Act(session, sale.provider, sale.runtime.clock.now(), sale.runtime.issuer), sale.order.id
    )
    assert prepared.status == "prepared"
    with pytest.raises(DeliveryNotDue):
        await sale.links(session)
    await _order_is(session, sale, OrderState.PAID)
    await sale.links(session)
    row = await session.get_one(Delivery, prepared.id)
    assert row.status is DeliveryState.AVAILABLE


async def _order_is(session: AsyncSession, sale: Sale, state: OrderState) -> None:
    table = Order.__table__
    await session.execute(table.update().where(table.c.id == sale.order.id).values(status=state))  # type: ignore[attr-defined]
    await session.refresh(sale.order)


@pytest.mark.parametrize("state", [OrderState.PLACED, OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REFUNDED])
async def test_no_links_for_an_order_that_is_not_paid(session: AsyncSession, sale: Sale, state: OrderState) -> None:
    await _order_is(session, sale, state)
    with pytest.raises(DeliveryNotDue):
        await sale.links(session)
    assert (await session.scalars(select(Delivery))).all() == []


@pytest.mark.parametrize("who", ["provider", "stranger"])
async def test_links_and_receipts_are_the_buyers(session: AsyncSession, sale: Sale, who: str) -> None:
    stranger = Actor(party=ids.new("pty"), key=None, roles=frozenset({Role.BUYER}), admitted=True)
    actor = sale.provider if who == "provider" else stranger
    with pytest.raises(DeliveryMissing):
        await sale.links(session, actor)
    await sale.links(session)
    with pytest.raises(DeliveryMissing):
        await sale.confirm(session, actor)
    if who == "stranger":
        with pytest.raises(DeliveryMissing):
            await queries.delivery_of(Act(session, actor, sale.runtime.clock.now(), sale.runtime.issuer), sale.order.id)


async def test_a_receipt_is_a_signed_document_and_delivers_the_order(session: AsyncSession, sale: Sale) -> None:
    await sale.links(session)
    await sale.fetched(session, *CONTENTS)
    view = await sale.confirm(session)
    assert (view.status, view.received_at) == ("received", sale.runtime.clock.now())
    document = await session.get_one(Document, view.receipt_id)
    assert credential.check(document.body, sale.runtime.issuer.signer.public)
    claims = document.body["credentialSubject"]
    assert claims["agreement"] == {"id": sale.agreement.id, "digest": sale.agreement.digest}
    assert {f["name"]: f["sha256"] for f in claims["files"]} == {f["name"]: f["sha256"] for f in sale.agreement.files}
    assert sale.order.status is OrderState.DELIVERED
    kinds = set(await session.scalars(select(LogEntry.kind)))
    assert {"market.delivery.received", "kernel.delivery-receipt.issued", "market.order.delivered"} <= kinds


async def test_a_receipt_is_given_once(session: AsyncSession, sale: Sale) -> None:
    await sale.links(session)
    await sale.fetched(session, *CONTENTS)
    await sale.confirm(session)
    with pytest.raises(IllegalTransition):
        await sale.confirm(session)


async def test_other_digests_are_no_receipt(session: AsyncSession, sale: Sale) -> None:
    await sale.links(session)
    await sale.fetched(session, *CONTENTS)
    with pytest.raises(ReceiptMismatch) as refused:
        await sale.confirm(session, **{"flights.parquet": "0" * 64, "extra.csv": "0" * 64})
    assert [fault.pointer for fault in refused.value.errors] == ["/files/0/sha256", "/files/2/name"]
    assert sale.order.status is OrderState.PAID


async def test_what_was_not_fetched_was_not_received(session: AsyncSession, sale: Sale) -> None:
    await sale.links(session)
    await sale.fetched(session, "flights.parquet")
    with pytest.raises(NotFetched) as refused:
        await sale.confirm(session)
    assert refused.value.facts == {"files": ["weather.parquet"]}


async def test_without_a_delivery_there_is_nothing_to_confirm(session: AsyncSession, sale: Sale) -> None:
    with pytest.raises(DeliveryMissing):
        await sale.confirm(session)
