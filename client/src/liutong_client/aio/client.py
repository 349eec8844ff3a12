"""The client: one party's way into one centre."""

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeVar, overload

import httpx

from liutong_client.aio.accounts import AsyncKeys, AsyncParties, AsyncWebhooks
from liutong_client.aio.assets import AsyncAssets, AsyncQuality, AsyncRegistrations
from liutong_client.aio.caller import POLL_SECONDS, AsyncCaller, AsyncPages, named
from liutong_client.aio.files import AsyncFiles
from liutong_client.aio.listings import AsyncListings, AsyncNegotiations
from liutong_client.aio.orders import AsyncOrders
from liutong_client.aio.papers import AsyncDocuments, AsyncPapers, AsyncPayments
from liutong_client.calls import ListOperation, Operation
from liutong_client.connection import Connection, Language

T = TypeVar("T")
P = TypeVar("P")
I = TypeVar("I")  # noqa: E741 - an item


class AsyncLiutong:
    """What people do at the centre, by name; whatever else the API has goes through `call` and `iterate`."""

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        language: Language = "en",
        transport: httpx.AsyncBaseTransport | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._caller = AsyncCaller(Connection(base_url, key, language), transport, poll_seconds)
        self.files = AsyncFiles(self._caller)
        self.parties = AsyncParties(self._caller)
        self.keys = AsyncKeys(self._caller)
        self.webhooks = AsyncWebhooks(self._caller)
        self.assets = AsyncAssets(self._caller, self.files)
        self.quality = AsyncQuality(self._caller)
        self.registrations = AsyncRegistrations(self._caller, self.files)
        self.listings = AsyncListings(self._caller)
        self.negotiations = AsyncNegotiations(self._caller)
        self.documents = AsyncDocuments(self._caller)
        self.orders = AsyncOrders(self._caller, self.files, self.keys, self.documents)
        self.payments = AsyncPayments(self._caller)
        self.papers = AsyncPapers(self._caller)

    @classmethod
    def from_environment(cls, **more: Any) -> "AsyncLiutong":
        """By LIUTONG_URL and LIUTONG_API_KEY; raises KeyError where the address is not set."""
        return cls(os.environ["LIUTONG_URL"], os.environ.get("LIUTONG_API_KEY"), **more)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._caller.connection.base_url!r})"

    async def __aenter__(self) -> "AsyncLiutong":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._caller.aclose()

    @overload
    async def call(
        self,
        operation: Operation[T],
        body: Any = None,
        *,
        key: str | None = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> T: ...

    @overload
    async def call(
        self,
        operation: str,
        body: Any = None,
        *,
        key: str | None = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Any: ...

    async def call(self, operation: Operation[Any] | str, body: Any = None, **parameters: Any) -> Any:
        """Call any operation of the API, as one of `liutong_client.operations` or by its id in the description."""
        return await self._caller.call(named(operation), body, **parameters)

    def iterate(self, operation: ListOperation[P, I], **parameters: Any) -> AsyncPages[P, I]:
        """Go through any list of the API, item by item."""
        return self._caller.iterate(operation, **parameters)
