"""Checks of refusals: the code, the rule, and that nothing has changed."""

from typing import Any

import httpx
from sqlalchemy import text

from kernel.db import unit
from kernel.runtime import Runtime

TABLES = (
    "asset", "asset_revision", "registration", "registration_evidence", "certificate", "certificate_serial",
    "document", "log_entry", "objection", "objection_evidence", "title_grant", "classification",
)  # fmt: skip


class Refusals:
    """Checks that an answer is a refusal of a kind, and that the refused request has left nothing behind."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def state(self) -> list[str]:
        """Every row of the slice and of the log; that a content was compared stays true of a refused step too."""
        async with unit(self._runtime.sessions) as session:
            found = []
            for table in TABLES:
                row = "(to_jsonb(t) - 'screening')::text"
                rows = await session.scalars(text(f"SELECT {row} FROM {table} t ORDER BY 1"))
                found += [f"{table} {each}" for each in rows]
            return found

    async def __call__(self, sent: Any, status: int, code: str, rule: str | None) -> dict[str, Any]:
        """Send and compare."""
        before = await self.state()
        answer: httpx.Response = await sent
        body: dict[str, Any] = answer.json()
        assert (answer.status_code, body["code"]) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert (body.get("rule") or {}).get("id") == rule
        assert await self.state() == before
        return body
