"""The command line in this process, at the application in this event loop."""

import asyncio
import json

import httpx
from click.testing import CliRunner

from liutong_client.cli.group import liutong
from tests.client.bridge import ADDRESS, Bridge

POLL_SECONDS = 0.01


class Terminal:
    """What one person types, with a configuration folder and a key of its own."""

    def __init__(self, client, folder, key=None, wrap=lambda bridge: bridge):
        self._transport, self._wrap = client.http._transport, wrap
        self._folder, self._key = folder, key
        folder.mkdir(parents=True, exist_ok=True)

    async def __call__(self, *words, stdin=None, **environment):
        """Run a command in a thread, so that the loop serves it; gives what click's runner gives."""
        options = {"transport": self._wrap(Bridge(self._transport, asyncio.get_running_loop()))}
        options["poll_seconds"] = POLL_SECONDS
        variables = {
            "XDG_CONFIG_HOME": str(self._folder / "config"),
            "LIUTONG_URL": ADDRESS,
            "LIUTONG_API_KEY": self._key,
            "LIUTONG_PROFILE": None,
            "LIUTONG_LANG": "en",
            **environment,
        }
        return await asyncio.to_thread(
            lambda: CliRunner().invoke(liutong, list(map(str, words)), input=stdin, env=variables, obj=options)
        )

    async def data(self, *words, code=0, **more):
        """What a command that ends with a code says as JSON."""
        done = await self(*words, "--output", "json", **more)
        assert done.exit_code == code, (done.stdout, done.stderr, done.exception)
        return json.loads(done.stdout)


class Cutting(httpx.BaseTransport):
    """Breaks the connection of the first answer of a file after so many bytes."""

    def __init__(self, inner, after):
        self._inner, self._after, self.asked = inner, after, []

    def handle_request(self, request):
        answer = self._inner.handle_request(request)
        if not request.url.path.startswith("/files/"):
            return answer
        self.asked.append((request.headers.get("range"), answer.status_code))
        if len(self.asked) > 1:
            return answer
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Short(answer.read()[: self._after]))


class _Short(httpx.SyncByteStream):
    def __init__(self, content):
        self._content = content

    def __iter__(self):
        yield self._content
        raise httpx.ReadError("cut")


class Flipping(httpx.BaseTransport):
    """Flips a bit of the first byte of every file that holds one."""

    def __init__(self, inner):
        self._inner = inner

    def handle_request(self, request):
        answer = self._inner.handle_request(request)
        if not request.url.path.startswith("/files/"):
            return answer
        content = answer.read()
        changed = bytes([content[0] ^ 1]) + content[1:] if content else content
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(changed))


async def told(terminal, *words, code=0, **more):
    """What a command that ends with a code says, to stdout and to stderr."""
    done = await terminal(*words, **more)
    assert done.exit_code == code, (words, done.stdout, done.stderr, done.exception)
    return done.stdout, done.stderr
