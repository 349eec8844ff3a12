"""A trade as far as a test needs it: a listing on the shelf, and each step of its order through HTTP."""

import base64
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import Text as SqlText
from sqlalchemy import cast, literal
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.crypto import signing
from kernel.identity.models import Party
from kernel.runtime import Runtime
from kernel.text import Text
from market.listings.models import Listing
from market.orders import commands as orders
from market.orders.models import Order
from rights.assets.models import Asset, AssetRevision
from rights.assets.queries import latest_row
from rights.assets.queries import revision as revision_of
from rights.cases.applications.commands.initial import new_case
from rights.certificates.commands import Title, issue
from rights.certificates.models import Certificate
from rights.changes import lock_title
from rights.classification import commands as classification
from rights.classification.policy import Personal
from rights.classification.schemas import DataItem, DeclareClassification
from rights.registrations.states import RegistrationState
from rights.terms import Right
from rights.title.commands.grants import open_title
from tests.beginnings import beginning
from tests.conftest import As, Client
from tests.makers import signing_key
from tests.valuation.makers import parquet
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.states import RunState

LICENCE = {
    "actions": ["use", "process"],
    "purposes": ["internal-analysis", "risk-control"],
    "territory": ["CN"],
    "term_days": 365,
    "recipients": "buyer",
    "delegation_depth": 0,
}

UNGRAVE = DeclareClassification(
    items=[DataItem(name="航班", impacts={"organisation-or-individual": "ordinary"})], personal=Personal.NONE
)


def _tables(asset_id: str) -> dict[str, bytes]:
    """Two tables of this asset alone."""
    return {
        f"{name}.parquet": parquet(pl.DataFrame({name: [f"{asset_id}/{row}" for row in range(3)]}))
        for name in ("flights", "weather")
    }


async def stored_files(runtime: Runtime, area: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Files in the store, as a revision lists them."""
    made = []
    for name, content in files.items():

        async def stream(whole: bytes = content) -> AsyncIterator[bytes]:
            yield whole

        key = f"data/{area}/{name.partition('.')[0]}"
        stored = await runtime.storage.put_stream(key, stream(), 1 << 25)
        made.append(
            {
                "name": name,
                "file_id": ids.new("fil"),
                "sha256": stored.sha256,
                "size_bytes": stored.size_bytes,
                "storage_key": key,
            }
        )
    return made


async def make_listing(
    runtime: Runtime,
    provider: str,
    files: Mapping[str, bytes] | None = None,
    document: Mapping[str, Any] | None = None,
    **over: Any,
) -> str:
    """A listing of a real asset whose title is real too: a certificate in force, its root, and a classification.

    Its files are two small tables, and its data contract is empty, unless they are given.
    """
    now = runtime.clock.now()
    known = {
        "status": "listed",
        "price_kind": "one-off",
        "delivery": "files",
        "price_minor": 1_250_000,
        "currency": "CNY",
        "licence": LICENCE,
        **over,
    }
    actor = Actor(party=provider, key="key_of_the_test")
    async with runtime.act(actor) as act:
        asset, revision = await _asset(act.session, runtime, provider, files, now)
        certificate = await _certificate(act.session, runtime, asset, revision, now)
        contract = await _contract(act.session, asset, document or {}, now)
        card = await scorecard(act.session, asset, revision, contract, certificate.document_id, now)
        await classification.declare(act, asset.id, UNGRAVE)
        row = Listing(
            id=ids.new("lst"),
            provider=provider,
            asset_id=asset.id,
            revision_id=revision.id,
            certificate_id=certificate.id,
            scorecard_id=card,
            appraisal_id=None,
            title_zh="航班数据",
            title_en="Flights",
            summary_zh="摘要",
            summary_en="Summary",
            keywords=[],
            theme="交通",
            row_count=None,
            size_bytes=3072,
            freshness_at=None,
            quality_score=Decimal(95),
            quality_grade="A",
            sample_rows={},
            gates=None,
            held_by=None,
            search=cast(literal("", SqlText), TSVECTOR),
            decision_reason=None,
            status_changed_at=now,
            version=1,
            created_at=now,
            listed_at=now if known["status"] in ("listed", "suspended", "delisted") else None,
            **known,
        )
        act.session.add(row)
    return row.id


async def _asset(
    session: AsyncSession, runtime: Runtime, provider: str, files: Mapping[str, bytes] | None, at: datetime
) -> tuple[Asset, AssetRevision]:
    asset = Asset(
        id=ids.new("ast"),
        party_id=provider,
        name="航班",
        overview="示例",
        industry="G56",
        theme="交通",
        update_cycle="once",
        region="全国",
        source_kind="generated",
        form="resource",
        public_data=False,
        created_at=at,
    )
    revision = AssetRevision(
        id=ids.new("rev"),
        asset_id=asset.id,
        number=1,
        files=await stored_files(runtime, asset.id, files or _tables(asset.id)),
        content_sha256="sha256:" + hashlib.sha256(asset.id.encode()).hexdigest(),
        created_at=at,
    )
    session.add(asset)
    await session.flush()
    session.add(revision)
    await session.flush()
    return asset, revision


async def register(runtime: Runtime, asset_id: str) -> str:
    """Give an asset a certificate in force for its newest revision, and its title; gives the certificate's id."""
    async with runtime.act() as act:
        asset = await act.session.get_one(Asset, asset_id)
        revision = await latest_row(act.session, asset_id)
        assert revision is not None
        return (await _certificate(act.session, runtime, asset, revision, act.at)).id


async def _certificate(
    session: AsyncSession, runtime: Runtime, asset: Asset, revision: AssetRevision, at: datetime
) -> Certificate:
    """A certificate as the register issues it, which opens the title; the case before it has tests of its own."""
    case = new_case(
        asset,
        await revision_of(session, revision.id),
        at,
        regime="property",
        title_basis="own-operations",
        rights=["HOLD", "USE", "OPERATE"],
        restrictions="",
    )
    case.status, case.status_changed_at, case.version = RegistrationState.CERTIFIED, at, 1
    session.add(case)
    await session.flush()
    title = Title(
        registration_id=case.id,
        holder=await session.get_one(Party, asset.party_id),
        asset=asset,
        revision=await revision_of(session, revision.id),
        rights=list(Right),
        title_basis=case.title_basis,
        basis_label=Text("自有经营", "own operations"),
        restrictions="",
    )
    act = Act(session, SYSTEM, runtime.clock.now(), runtime.issuer)
    certificate = await issue(act, title)
    await lock_title(session, asset.id)
    await open_title(act, certificate)
    return certificate


async def _contract(session: AsyncSession, asset: Asset, document: Mapping[str, Any], at: datetime) -> str:
    row = DataContract(
        id=ids.new("ctr"),
        asset_id=asset.id,
        name="flights",
        contract_version="1.0.0",
        document=dict(document),
        sha256=f"sha256:{'0' * 64}",
        created_at=at,
    )
    session.add(row)
    await session.flush()
    return row.id


async def scorecard(
    session: AsyncSession, asset: Asset, revision: AssetRevision, contract: str, document: str, at: datetime
) -> str:
    """A scorecard's row; what scoring computes has tests of its own."""
    run, card = ids.new("qrn"), ids.new("scr")
    about = {"asset_id": asset.id, "created_at": at}
    party = asset.party_id
    session.add(
        QualityRun(
            id=run,
            revision_id=revision.id,
            data_contract_id=contract,
            provider=party,
            scored_by=party,
            status=RunState.SUCCEEDED,
            status_changed_at=at,
            version=1,
            problem=None,
            **about,
        )
    )
    await session.flush()
    session.add(
        Scorecard(
            id=card,
            run_id=run,
            asset_id=asset.id,
            revision_id=revision.id,
            content_sha256=revision.content_sha256,
            provider=party,
            scored_by=party,
            row_count=3,
            score=Decimal(95),
            grade="A",
            freshness_at=None,
            body={"sample_rows": {"flights": [{"carrier": "UA"}]}, "dimensions": {}},
            document_id=document,
            scored_at=at,
        )
    )
    await session.flush()
    return card


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
    @beginning
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

    @beginning
    async def agreed(self) -> str:
        """An order whose agreement is in force."""
        order_id = await self.order()
        agreement = await self.draft(order_id)
        await self.sign(agreement, "provider")
        assert (await self.sign(agreement, "buyer"))["status"] == "in_force"
        return order_id

    @beginning
    async def paid(self) -> str:
        """An order whose money is in escrow."""
        order_id = await self.agreed()
        await self.pay(order_id)
        return order_id

    async def pay(self, order_id: str) -> None:
        """The buyer transfers the price, and the clearing officer sees it arrive."""
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

    @beginning
    async def delivered(self) -> str:
        """An order whose buyer has receipted the files."""
        order_id = await self.paid()
        await self.receive(order_id)
        return order_id

    async def receive(self, order_id: str) -> None:
        """The buyer has receipted the files; what a delivery is has tests of its own."""
        async with self.runtime.act() as act:
            row = await act.session.get_one(Order, order_id)
            await orders.mark_delivered(act, row)


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
