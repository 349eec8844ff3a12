"""The client: one party's way into one centre.

Generated from the twin for asyncio by `python -m release.client`: never edited.
"""

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeVar, overload

import httpx

from liutong_client.blocking.accounts import Keys, Parties, Webhooks
from liutong_client.blocking.assets import Assets, Quality, Registrations
from liutong_client.blocking.caller import POLL_SECONDS, Caller, Pages, named
from liutong_client.blocking.files import Files
from liutong_client.blocking.listings import Listings, Negotiations
from liutong_client.blocking.orders import Orders
from liutong_client.blocking.papers import Documents, Papers, Payments
from liutong_client.calls import ListOperation, Operation
from liutong_client.connection import Connection, Language

T = TypeVar("T")
P = TypeVar("P")
I = TypeVar("I")  # noqa: E741 - an item


class Liutong:
    """What people do at the centre, by name; whatever else the API has goes through `call` and `iterate`."""

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        language: Language = "en",
        transport: httpx.BaseTransport | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._caller = Caller(Connection(base_url, key, language), transport, poll_seconds)
        self.files = Files(self._caller)
        self.parties = Parties(self._caller)
        self.keys = Keys(self._caller)
        self.webhooks = Webhooks(self._caller)
        self.assets = Assets(self._caller, self.files)
        self.quality = Quality(self._caller)
        self.registrations = Registrations(self._caller, self.files)
        self.listings = Listings(self._caller)
        self.negotiations = Negotiations(self._caller)
        self.documents = Documents(self._caller)
        self.orders = Orders(self._caller, self.files, self.keys, self.documents)
        self.payments = Payments(self._caller)
        self.papers = Papers(self._caller)

    @classmethod
    def from_environment(cls, **more: Any) -> "Liutong":
        """By LIUTONG_URL and LIUTONG_API_KEY; raises KeyError where the address is not set."""
        return cls(os.environ["LIUTONG_URL"], os.environ.get("LIUTONG_API_KEY"), **more)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._caller.connection.base_url!r})"

    def __enter__(self) -> "Liutong":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._caller.close()

    @overload
    def call(
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
    def call(
        self,
        operation: str,
        body: Any = None,
        *,
        key: str | None = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Any: ...

    def call(self, operation: Operation[Any] | str, body: Any = None, **parameters: Any) -> Any:
        """Call any operation of the API, as one of `liutong_client.operations` or by its id in the description."""
        return self._caller.call(named(operation), body, **parameters)

    def iterate(self, operation: ListOperation[P, I], **parameters: Any) -> Pages[P, I]:
        """Go through any list of the API, item by item."""
        return self._caller.iterate(operation, **parameters)
