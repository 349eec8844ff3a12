"""流通 Liutong 的客户端库 · The client library of a data circulation centre that runs Liutong.

`Liutong` blocks, `AsyncLiutong` is for asyncio; both have the same methods. `models` are what the API takes and gives,
`operations` every operation that it has.
"""

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
