"""A call of a tool as the request that it is the twin of: the same key, guard, limits, command and refusals."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx

from centre.agents.tools import Tool, marked, plain_of

_SECONDS_MAX: Final = 60.0
_PASSED_ON: Final = ("authorization", "accept-language")


class Calls:
    """Sends to the application in this process what a tool is asked for."""

    def __init__(self, app: Any, public_url: str) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url=public_url, timeout=_SECONDS_MAX)

    async def call(self, tool: Tool, arguments: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """What the operation answers to these arguments, as `{ok, result}` or `{ok, problem}`."""
        rest = dict(arguments)
        path = tool.path
        for name in tool.named:
            path = path.replace(f"{{{name}}}", quote(str(rest.pop(name, "-"))[:200], safe=""))
        sent = {name: headers[name] for name in _PASSED_ON if name in headers}
        if "key" in rest and tool.body is not None:
            sent["idempotency-key"] = str(rest.pop("key"))[:1000].encode("ascii", "replace").decode()
        given: dict[str, Any] = {"json": rest} if tool.body is not None else {"params": _words(rest)}
        answer = await self._http.request(tool.method, path, headers=sent, **given)
        content = answer.json()
        if answer.is_success:
            return {"ok": True, "result": marked(content, plain_of(tool))}
        return {"ok": False, "problem": content}


def _words(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in arguments.items() if value is not None}
