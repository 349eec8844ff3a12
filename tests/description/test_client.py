"""A client that a published generator makes of the description works against the served application.

The generator has an environment of its own, `make client`, since it asks for older versions of what we use.
"""

import asyncio
import hashlib
import json
import os
import re
import shutil
import socket
from pathlib import Path

import pytest
import uvicorn

from tests.laws import source
from tests.market.trade import Trade

GENERATOR = Path(os.environ.get("LIUTONG_CLIENT_GENERATOR", source.ROOT / ".venv-client/bin/openapi-python-client"))
SCRIPT = Path(__file__).with_name("generated_client.py")
NOT_GENERATED = {"POST /log/cosignature"}
"""The generator knows no bodies of text."""


async def run(*command: object, **more: str) -> str:
    """Run a program; gives what it wrote."""
    pipe = asyncio.subprocess.PIPE
    environment = {"PATH": os.environ["PATH"], **more}
    process = await asyncio.create_subprocess_exec(*map(str, command), stdout=pipe, stderr=pipe, env=environment)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-3000:]
    return out.decode() + err.decode()


@pytest.mark.slow
@pytest.mark.skipif(not GENERATOR.exists(), reason="no openapi-python-client: run make client")
async def test_a_generated_client_uploads_orders_and_reads_why_it_is_refused(runtime, as_, client, tmp_path):
    package, hooks = tmp_path / "liutong_client", tmp_path / "config.json"
    hooks.write_text('{"post_hooks": []}', encoding="utf-8")
    description = ("--path", source.ROOT / "docs/openapi.json", "--config", hooks)
    said = await run(GENERATOR, "generate", *description, "--meta", "none", "--output-path", package)
    lacking = re.findall(r"WARNING parsing (\w+ \S+) within [^\n]*Endpoint will not be generated", said)
    assert set(lacking) == NOT_GENERATED
    assert not any("Schema" in line for line in said.splitlines() if line.startswith("WARNING"))

    trade = await Trade.begin(runtime, as_)
    shutil.copy(SCRIPT, tmp_path / "buy.py")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(client.http._transport.app, lifespan="off", log_level="warning", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        keys = (trade.provider.key, trade.buyer.key)
        python = GENERATOR.with_name("python")
        script = (tmp_path / "buy.py", f"http://127.0.0.1:{listener.getsockname()[1]}", *keys, "internal-analysis")
        told = json.loads(await run(python, "-P", *script, PYTHONPATH=str(tmp_path)))
    finally:
        server.should_exit = True
        await serving
    assert told == {
        "file": hashlib.sha256(b"a,b\n1,2\n").hexdigest(),
        "order": await runtime.pool.fetchval('SELECT id FROM "order"'),
        "status": "placed",
        "code": "not-found",
    }
