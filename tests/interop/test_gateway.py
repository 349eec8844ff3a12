"""A client that openapi-python-client makes of an interface's document, as buyers are given it, calls our gateway."""

import asyncio
import json
import shutil

import pytest

from tests.channels.gateway import story
from tests.description.test_client import run
from tests.interop.stand import HERE, interpreter
from tests.market.trade import Trade

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("interop")]


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    """The generator in an environment of its own; skips where it cannot be had."""
    folder = tmp_path_factory.mktemp("generator")
    python = interpreter("LIUTONG_CLIENT_GENERATOR", folder, "openapi-python-client==0.29.1")
    return python.with_name("openapi-python-client")


@pytest.fixture
async def service(runtime):
    async with story.service() as made:
        yield made
        await story.close(runtime)


async def test_a_generated_client_calls_through_the_gateway(runtime, as_, service, drain, generator, tmp_path):
    trade = await Trade.begin(runtime, as_)
    begun = await story.begin(trade, service, drain, calls_max=100)
    document = await trade.buyer.get(f"/v1/agreements/{begun.agreement}/openapi")
    assert document.status_code == 200, document.text
    described, hooks, package = tmp_path / "openapi.json", tmp_path / "config.json", tmp_path / "interface_client"
    described.write_text(document.text, encoding="utf-8")
    hooks.write_text('{"post_hooks": []}', encoding="utf-8")
    said = await run(
        generator, "generate", "--path", described, "--config", hooks, "--meta", "none", "--output-path", package
    )
    assert "will not be generated" not in said, said
    await asyncio.to_thread(shutil.copy, HERE / "gateway_check.py", tmp_path / "call.py")
    async with story.served(begun) as caller:
        base = document.json()["servers"][0]["url"].replace(runtime.settings.public_url, caller.base)
        python, script = generator.with_name("python"), tmp_path / "call.py"
        told = json.loads(await run(python, "-P", script, base, begun.key, begun.key + "x", PYTHONPATH=str(tmp_path)))
    assert told == {
        "name": "流通",
        "target": "/v2/companies/91%E6%B1%89?year=2026",
        "limit": '"quota";q=100, "burst";q=1000000;w=60',
        "found": [200, '{"name":"流通"}'],
        "refused": [401, "channel-key-unknown"],
    }
    assert [(one["operation"], one["state"]) for one in await begun.calls()] == [
        ("GET /companies/{code}", "committed"),
        ("POST /companies", "committed"),
    ]
    assert await begun.meters() == (2, 0)
