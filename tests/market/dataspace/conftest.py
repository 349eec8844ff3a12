"""A participant with a counterparty that listens."""

import pytest

from tests.market.dataspace.connector import Connector, Peer, given_dataset, listening


@pytest.fixture
async def connector():
    async with listening(Connector()) as made:
        yield made


@pytest.fixture
async def peer(runtime, as_, client, connector):
    us = await as_("provider")
    body = {"did": "did:web:peer.example", "address": connector.address, "token_out": "out-token"}
    made = await us.post("/v1/dataspace/counterparties", body)
    assert made.status_code == 201, made.text
    await given_dataset(runtime, us.party)
    return Peer(us, connector, made.json()["counterparty"]["id"], made.json()["token_in"], client)
