"""An agent that speaks MCP over a real socket, with the client of the `mcp` package."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

SUFFIX = "_from_provider"


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """The application on a real port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical", ws="none"))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def session(base: str, key: str) -> AsyncIterator[Any]:
    """A connected client of the tools."""
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client

    headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
    async with (
        create_mcp_http_client(headers=headers) as http,
        Client(streamable_http_client(f"{base}/mcp", http_client=http)) as client,
    ):
        yield client


async def used(client: Any, name: str, **arguments: Any) -> dict[str, Any]:
    """What a tool gives; the text beside it says the same."""
    answer = await client.call_tool(name, arguments)
    assert json.loads(answer.content[0].text) == answer.structured_content
    assert answer.is_error is not answer.structured_content["ok"]
    return dict(answer.structured_content)


def unmarked(value: Any) -> Any:
    """An answer under the names that the API gives it."""
    if isinstance(value, list):
        return [unmarked(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name.removesuffix(SUFFIX): unmarked(inner) for name, inner in value.items()}


def outside_of_marks(value: Any) -> str:
    """All that an answer says elsewhere than under names that are a provider's."""
    if isinstance(value, list):
        return " ".join(outside_of_marks(item) for item in value)
    if not isinstance(value, dict):
        return str(value)
    return " ".join(f"{name} {outside_of_marks(inner)}" for name, inner in value.items() if not name.endswith(SUFFIX))


def parameters(path: str) -> list[str]:
    """The names in a path of the description."""
    return re.findall(r"\{(\w+)\}", path)
