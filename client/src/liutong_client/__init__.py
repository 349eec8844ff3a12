"""流通 Liutong 的客户端库 · The client library of a data circulation centre that runs Liutong.

`Liutong` blocks, `AsyncLiutong` is for asyncio; both have the same methods. `models` are what the API takes and gives,
`operations` every operation that it has. Each is loaded when it is first asked for: a command line starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from liutong_client import models, operations, problems, webhooks
    from liutong_client.aio.client import AsyncLiutong
    from liutong_client.aio.sandbox import AsyncSandbox
    from liutong_client.blocking.client import Liutong
    from liutong_client.blocking.sandbox import Sandbox
    from liutong_client.problems import LiutongError, Problem
    from liutong_client.signing import SigningKey
    from liutong_client.verification.documents import verify
    from liutong_client.verification.trust import Trust

__all__ = [
    "AsyncLiutong",
    "AsyncSandbox",
    "Liutong",
    "LiutongError",
    "Problem",
    "Sandbox",
    "SigningKey",
    "Trust",
    "models",
    "operations",
    "problems",
    "verify",
    "webhooks",
]

_HOMES: Final = {
    "AsyncLiutong": "aio.client",
    "AsyncSandbox": "aio.sandbox",
    "Liutong": "blocking.client",
    "LiutongError": "problems",
    "Problem": "problems",
    "Sandbox": "blocking.sandbox",
    "SigningKey": "signing",
    "Trust": "verification.trust",
    "verify": "verification.documents",
}
_MODULES: Final = ("models", "operations", "problems", "webhooks")


def __getattr__(name: str) -> Any:
    """Load what is asked for; raises AttributeError for what there is not."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
