"""The whole application in this event loop, reached by either twin of the client without a network."""

import asyncio
import json
from contextlib import contextmanager
from dataclasses import replace

import httpx

from liutong_client import AsyncLiutong, Liutong

ADDRESS = "http://localhost"


class Bridge(httpx.BaseTransport):
    """Carries what a client in a thread asks to the loop in which the application is."""

    def __init__(self, inner, loop):
        self._inner, self._loop = inner, loop

    def handle_request(self, request):
        return asyncio.run_coroutine_threadsafe(self._carried(request), self._loop).result(60)

    async def _carried(self, request):
        body = httpx.ByteStream(b"".join(request.stream))
        asked = httpx.Request(request.method, request.url, headers=request.headers, stream=body)
        asked.headers.pop("transfer-encoding", None)
        answer = await self._inner.handle_async_request(asked)
        content = b"".join([chunk async for chunk in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(content))


class Cut(httpx.AsyncBaseTransport):
    """Breaks the connection of the first answers to an address, each after so many bytes."""

    def __init__(self, inner, path, after):
        self._inner, self._path, self._after = inner, path, list(after)
        self.asked = []

    async def handle_async_request(self, request):
        answer = await self._inner.handle_async_request(request)
        if not request.url.path.startswith(self._path):
            return answer
        self.asked.append((request.headers.get("range"), answer.status_code))
        if not self._after:
            return answer
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Short(answer, self._after.pop(0)))


class Altering(httpx.AsyncBaseTransport):
    """Alters what is read at an address, as a centre that cheats would, and notes what is posted anywhere."""

    def __init__(self, inner, path):
        self._inner, self._path = inner, path
        self.alter, self.posted = None, []

    async def handle_async_request(self, request):
        if request.method == "POST":
            self.posted.append(request.url.path)
        answer = await self._inner.handle_async_request(request)
        if request.method != "GET" or self.alter is None or not request.url.path.startswith(self._path):
            return answer
        content = b"".join([chunk async for chunk in answer.stream])
        return httpx.Response(answer.status_code, json=self.alter(json.loads(content)))


class _Short(httpx.AsyncByteStream):
    def __init__(self, answer, length):
        self._answer, self._length = answer, length

    async def __aiter__(self):
        content = b"".join([chunk async for chunk in self._answer.stream])
        yield content[: self._length]
        raise httpx.ReadError("cut")


def local(settings):
    """The same settings of a centre at this machine: a key goes over http to nowhere else."""
    return replace(settings, public_url=ADDRESS)


def asynchronous(client, somebody, **more):
    """The client for asyncio of somebody whom the tests admitted."""
    return AsyncLiutong(ADDRESS, somebody.key, **{"transport": client.http._transport, "poll_seconds": 0.01, **more})


@contextmanager
def blocking(client, somebody, loop, **more):
    """The blocking client of somebody, to be used in a thread while the loop serves."""
    transport = Bridge(client.http._transport, loop)
    with Liutong(ADDRESS, somebody.key, transport=transport, poll_seconds=0.01, **more) as made:
        yield made
