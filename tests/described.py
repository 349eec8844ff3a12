"""The application as a law looks at it: built and described once for all that only read."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from centre.app import create_app
from kernel.http.docs import described
from kernel.settings import Settings

COMMITTED: Final = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


@cache
def application() -> Any:
    """The application with the settings that nobody set; it serves nothing."""
    return create_app(Settings()).inner  # type: ignore[attr-defined]


@cache
def text() -> str:
    """The API description as it is published."""
    return described(application())


@cache
def description() -> dict[str, Any]:
    """The committed API description, to read and not to change; that it is the application's own is a law of its own.

    Making it takes longer than all the laws over it, and would be done in every process that holds one of them.
    """
    whole: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return whole
