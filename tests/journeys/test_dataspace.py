"""Two centres, two databases, two ports: a provider of one and a buyer of the other negotiate and transfer."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import uvicorn

from centre.app import create_app
from kernel.jobs.worker import working
from kernel.runtime import Runtime
from kernel.settings import Secret, Settings
from kernel.time.clock import SandboxClock
from tests.conftest import Client, make_runtime
from tests.database import fresh_database
from tests.makers import Cast, signing_key
from tests.market.dataspace.connector import free_offer
from tests.market.trade import make_listing


@dataclass
class Centre:
    """A centre that listens, with people of its own."""

    runtime: Runtime
    cast: Cast
    address: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def centre(cluster: Any, settings: Settings, folder: Any, signer: Any) -> AsyncIterator[Centre]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(fresh_database(cluster))
        own = replace(settings, database_url=Secret(url), data_dir=folder, public_url=address, port=port)
        runtime = await stack.enter_async_context(make_runtime(own, SandboxClock(), signer))
        app = create_app(own)
        app.inner.state.runtime = runtime
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        await stack.enter_async_context(working(runtime))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=120))
        try:
            yield Centre(runtime, Cast(Client(http, runtime=runtime), runtime), address)
        finally:
            server.should_exit = True
            await task


async def until(client: Client, path: str, **wanted: Any) -> dict[str, Any]:
    """Ask until an object is as it is wanted."""
    for _ in range(400):
        seen = (await client.get(path)).json()
        if all(seen.get(name) == value for name, value in wanted.items()):
            return dict(seen)
        await asyncio.sleep(0.02)
    raise AssertionError((wanted, seen))


async def do(client: Client, path: str, body: Any = None, method: str = "POST") -> dict[str, Any]:
    made = await client(method, f"/v1/dataspace/{path}", body)
    assert made.status_code in (200, 201, 202), made.text
    return dict(made.json())


@pytest.mark.slow
async def test_a_provider_of_one_and_a_buyer_of_the_other(cluster, settings, tmp_path, signer):
    async with (
        centre(cluster, settings, tmp_path / "one", signer) as one,
        centre(cluster, settings, tmp_path / "two", signer) as two,
    ):
        provider, member, buyer = (
            await one.cast.act("provider"),
            await one.cast.act("buyer"),
            await two.cast.act("buyer"),
        )
        listing = await make_listing(one.runtime, provider.party)
        free = await free_offer(provider, one.runtime, listing)
        key_provider = await signing_key(provider, b"\x11" * 32)
        await signing_key(member, b"\x22" * 32)  # The buyer signs at its own centre with the key that the other knows.
        key_buyer = await signing_key(buyer, b"\x22" * 32)
        here, there = await do_get(provider), await do_get(buyer)
        out = await do(buyer, "counterparties", {"did": here["did"], "address": here["address"]})
        joined = await do(
            member,
            f"participants/{provider.party}/connections",
            {"did": there["did"], "address": there["address"], "token_out": out["token_in"]},
        )
        path = f"counterparties/{out['counterparty']['id']}"
        await do(buyer, path, {"token_out": joined["token_in"]}, "PATCH")
        await do(provider, "participant/standing", {"standing": ["finalize", "start"]}, "PUT")
        shown = await buyer.http.post(
            f"{here['address']}/catalog/request",
            json={"@context": ["https://w3id.org/dspace/2025/1/context.jsonld"], "@type": "CatalogRequestMessage"},
            headers={"authorization": joined["token_in"]},
        )
        dataset = shown.json()["dataset"][0]
        assert dataset["@id"].endswith(listing)
        [offer] = [each for each in dataset["hasPolicy"] if each["@id"].endswith(free)]
        asked = {
            "counterparty_id": out["counterparty"]["id"],
            "side": "consumer",
            "dataset_id": dataset["@id"],
            "offer": offer,
        }
        mine = await do(buyer, "negotiations", asked)
        await until(buyer, f"/v1/dataspace/negotiations/{mine['id']}", status="requested")
        theirs = (await provider.get("/v1/dataspace/negotiations")).json()["items"][0]
        drafted = await do(provider, f"negotiations/{theirs['id']}/agreement-draft")
        await do(provider, f"negotiations/{theirs['id']}/agreement", signed(drafted["agreement"], key_provider))
        agreed = await until(buyer, f"/v1/dataspace/negotiations/{mine['id']}", status="agreed")
        assert agreed["agreement"]["body"]["permission"] == offer["permission"]
        await do(buyer, f"negotiations/{mine['id']}/verification", signed(agreed["agreement"], key_buyer))
        agreement = f"/v1/agreements/{drafted['agreement']['house_agreement_id']}"
        await until(member, agreement, status="in_force")
        done = await until(buyer, f"/v1/dataspace/negotiations/{mine['id']}", status="finalized")
        assert [one_["kind"] for one_ in done["agreement"]["evidence"]] == ["dataspace-message", "signing-key"]
        kept = await until(provider, f"/v1/dataspace/negotiations/{theirs['id']}", status="finalized")
        assert [one_["kind"] for one_ in kept["agreement"]["evidence"]] == ["signing-key", "signing-key"]
        await until(member, f"/v1/orders/{drafted['agreement']['order_id']}", status="paid")
        transfer = await do(buyer, "transfers", {"agreement_id": done["agreement"]["id"]})
        got = await until(buyer, f"/v1/dataspace/transfers/{transfer['id']}", status="started")
        address = got["data_address"]
        token = address["endpointProperties"][0]["value"]
        links = await buyer.http.get(address["endpoint"], headers={"authorization": f"Bearer {token}"})
        assert links.status_code == 200, links.text
        files = links.json()["files"]
        assert len(files) == 2
        for file in files:
            assert len((await buyer.http.get(file["url"])).content) == file["size_bytes"]
        await do(buyer, f"transfers/{transfer['id']}/completion")
        await until(buyer, f"/v1/dataspace/transfers/{transfer['id']}", status="completed", data_address=None)
        other = (await provider.get("/v1/dataspace/transfers")).json()["items"][0]
        assert (other["status"], other["side"]) == ("completed", "provider")
        over = await buyer.http.get(address["endpoint"], headers={"authorization": f"Bearer {token}"})
        assert over.status_code == 401
        assert (await provider.get(f"/v1/listings/{listing}")).json()["status"] == "listed"


async def do_get(client: Client) -> dict[str, Any]:
    return dict((await client.get("/v1/dataspace/participant")).json())


def signed(agreement: dict[str, Any], key: Any) -> dict[str, str]:
    key_id, signer = key
    made = signer.sign(agreement["signing_text"].encode())
    return {"signing_key_id": key_id, "signature": base64.b64encode(made).decode()}
