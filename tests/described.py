"""The application as a law looks at it: built and described once for all that only read."""

import json
from functools import cache
from typing import Any

from centre.app import create_app
from kernel.http.docs import described
from kernel.settings import Settings


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
    """The API description to read, not to change."""
    whole: dict[str, Any] = json.loads(text())
    return whole
