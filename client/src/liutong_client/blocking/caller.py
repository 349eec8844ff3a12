"""Sends calls, repeats what is safe to repeat, pages through lists, and waits for what takes time.

Generated from the twin for asyncio by `python -m release.client`: never edited.
"""

import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Generic, TypeVar

import httpx

from liutong_client import calls, operations
from liutong_client.blocking.machine import pause
from liutong_client.calls import Call, ListOperation, Operation
from liutong_client.connection import TIMEOUT_SECONDS, Connection
from liutong_client.problems import EndedOtherwise, NotReached, Problem, WaitedTooLong
from liutong_client.retries import Lost, next_delay

T = TypeVar("T")
P = TypeVar("P")
I = TypeVar("I")  # noqa: E741 - an item

POLL_SECONDS: Final = 1.0
POLL_SECONDS_MAX: Final = 15.0
WAIT_SECONDS: Final = 600.0
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Caller:
    """The connection to one centre with one key."""

    def __init__(
        self,
        connection: Connection,
        transport: httpx.BaseTransport | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self.connection = connection
        self._poll_seconds = poll_seconds
        self._http = httpx.Client(
            base_url=connection.base_url,
            headers=connection.headers,
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            trust_env=connection.by_proxy,
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.connection!r})"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(
        self,
        operation: Operation[T],
        body: Any = None,
        *,
        key: str | None = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> T:
        """Call an operation by its parameters; raises Problem when it is refused, NotReached when no answer comes."""
        return self.send(calls.build(operation, parameters, body, key=key, accept=accept, headers=headers))

    def send(self, call: Call[T], content: Callable[[], Any] | None = None) -> T:
        """Send a call, again where that is safe; `content` makes a body that is streamed, anew for each try."""
        tries = 0
        while True:
            tries += 1
            outcome: int | Lost
            after: float | None = None
            problem: Exception
            try:
                answer = self._once(call, content)
            except httpx.TransportError as error:
                outcome, problem = "unsent" if isinstance(error, _UNSENT) else "unanswered", error
            else:
                try:
                    return calls.answer(call, answer.status_code, answer.headers, answer.content)
                except Problem as refusal:
                    outcome, after, problem = refusal.status, refusal.retry_after_seconds, refusal
            operation = call.operation
            delay = next_delay(
                tries,
                outcome,
                repeatable=operation.repeatable,
                keyed=operation.keyed,
                spread=random.random(),  # noqa: S311 - keeps callers apart, guards nothing
                retry_after_seconds=after,
            )
            if delay is None and isinstance(problem, Problem):
                raise problem
            if delay is None:
                raise NotReached(f"{operation.id}: {type(problem).__name__} {problem}") from problem
            pause(delay)

    def _once(self, call: Call[T], content: Callable[[], Any] | None) -> httpx.Response:
        body = call.content if content is None else content()
        return self._http.request(
            call.operation.method, call.path, params=list(call.query), headers=dict(call.headers), content=body
        )

    @contextmanager
    def fetch(self, link: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Open a link of the centre and leave its answer to be read bit by bit.

        Raises LeadsElsewhere, Problem, NotReached, and AnswerUnreadable for a redirect.
        """
        path = self.connection.own(link)
        try:
            with self._http.stream("GET", path, headers={"accept-encoding": "identity", **headers}) as answer:
                if answer.status_code >= 400 and answer.status_code != 416:
                    content = answer.read()
                    raise Problem.of("GET", path.partition("?")[0], answer.status_code, answer.headers, content)
                if not 200 <= answer.status_code < 300 and answer.status_code != 416:
                    raise calls.unexpected(path.partition("?")[0], answer.status_code)
                yield answer
        except httpx.TransportError as error:
            raise NotReached(f"{path.partition('?')[0]}: {type(error).__name__} {error}") from error

    def iterate(self, operation: ListOperation[P, I], **parameters: Any) -> "Pages[P, I]":
        """The items of a list, page after page as they are asked for."""
        return Pages(self, operation, parameters)

    def wait(
        self,
        operation: Operation[T],
        until: Collection[str],
        ended: Collection[str],
        *,
        timeout_seconds: float = WAIT_SECONDS,
        **parameters: Any,
    ) -> T:
        """Read a thing until its status is one of `until`.

        Raises EndedOtherwise where it is one of `ended` instead, and WaitedTooLong.
        """

        def ready(thing: Any) -> bool:
            if thing.status in ended:
                raise EndedOtherwise(f"{operation.id} {parameters}", thing.status, thing)
            return thing.status in until

        return self.read_until(operation, ready, timeout_seconds=timeout_seconds, **parameters)

    def read_until(
        self,
        operation: Operation[T],
        ready: Callable[[T], bool],
        *,
        timeout_seconds: float = WAIT_SECONDS,
        **parameters: Any,
    ) -> T:
        """Read a thing until it is ready, less and less often; raises WaitedTooLong."""
        delay, latest = self._poll_seconds, time.monotonic() + timeout_seconds
        while True:
            thing = self.call(operation, **parameters)
            if ready(thing):
                return thing
            if time.monotonic() + delay > latest:
                raise WaitedTooLong(f"{operation.id} {parameters}: {timeout_seconds:g} s 内未完成 · not in that time")
            pause(delay)
            delay = min(2 * delay, POLL_SECONDS_MAX)


class Pages(Generic[P, I]):
    """A list of the API, read page by page while it is gone through; an item that moved meanwhile comes once."""

    def __init__(self, caller: Caller, operation: ListOperation[P, I], parameters: Mapping[str, Any]) -> None:
        self._caller, self._operation, self._parameters = caller, operation, parameters

    def pages(self) -> Iterator[P]:
        """The pages as they come."""
        cursor = self._parameters.get("cursor")
        while True:
            page: Any = self._caller.call(self._operation, **{**self._parameters, "cursor": cursor})
            yield page
            cursor = page.next
            if not cursor:
                return

    def __iter__(self) -> Iterator[I]:
        seen: set[str] = set()
        for page in self.pages():
            items: list[I] = page.items  # type: ignore[attr-defined]
            for item in items:
                id_ = getattr(item, "id", None)
                if id_ is not None and id_ in seen:
                    continue
                if id_ is not None:
                    seen.add(id_)
                yield item

    def first(self) -> I | None:
        """The first item, or None where the list is empty."""
        for item in self:
            return item
        return None


def named(operation: Operation[Any] | str) -> Operation[Any]:
    """An operation by its id in the API description; raises LookupError."""
    if isinstance(operation, Operation):
        return operation
    try:
        return operations.BY_ID[operation]
    except KeyError:
        raise LookupError(f"接口说明中没有该操作 · the API description has no operation {operation!r}") from None
