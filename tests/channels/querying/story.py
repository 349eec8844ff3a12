"""Whoever asks tables by a channel key."""

from typing import Any

import httpx

from tests.conftest import Client


class Asker:
    """A client with a channel key: asks by a tree in a body, or by a line in an address."""

    def __init__(self, http: Client, key: dict[str, Any]) -> None:
        self.http, self.bearer = http.http, key["secret"]
        self.id, self.agreement = key["key"]["id"], key["key"]["agreement_id"]
        self.tables = f"/v1/agreements/{self.agreement}/tables"

    async def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.bearer}", "accept-language": "en", **more.pop("headers", {})}
        return await self.http.request(method, f"{self.tables}{path}", headers=headers, **more)

    async def query(self, table: str, **body: Any) -> httpx.Response:
        """POST a question."""
        headers = body.pop("headers", {})
        return await self("POST", f"/{table}/query", json=body, headers=headers)

    async def line(self, table: str, **params: Any) -> httpx.Response:
        """GET one."""
        return await self("GET", f"/{table}/rows", params=params)

    async def rows(self, table: str, **body: Any) -> list[dict[str, Any]]:
        """The rows of a question that must be answered."""
        answer = await self.query(table, **body)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["rows"])
