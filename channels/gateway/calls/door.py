"""The door of API products, before the framework: `/gateway/{agreement}/{path}` with a channel key in `Liutong-Key`.

A call is admitted, reserved, passed on and settled. The end of its answer is sent when it is settled, so whoever has
an answer whole has had it counted.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from channels.gateway import rules
from channels.gateway.calls import admission, metering
from channels.gateway.calls.admission import Admitted
from channels.gateway.calls.metering import AdmissionPast, CallFacts, MadeBefore, Reserved
from channels.gateway.calls.relaying import NotPassed, Relay
from channels.gateway.calls.requests import PREFIX, GatewayRequest, body_of, caller_left, has_body, readable
from channels.gateway.calls.settling import Finish
from channels.gateway.calls.upstream import UpstreamRequest, upstreams
from channels.gateway.documents.operations import Operation
from channels.gateway.documents.reading import KEY_HEADER
from channels.gateway.errors import (
    CallTooSlow,
    CallUnderWay,
    CallUnreadable,
    CallUnsettled,
    OperationUnknown,
    UsesSpent,
)
from channels.gateway.rules import RULES, GatewayRules, HeaderPair
from channels.keys import commands as keys
from channels.keys import queries as key_queries
from kernel import ids
from kernel.errors import DomainError, Forbidden, Unauthenticated
from kernel.http import problems
from kernel.http.hot import CLOCK_SECONDS
from kernel.http.rates import Limit, Rates, SpentTokens
from kernel.http.requests import StrictRequest
from kernel.runtime import Runtime
from kernel.text import Text
from market.delivery.fetching import POLL_SECONDS

TEMPLATE: Final = "/gateway/{agreement_id}/{path}"
UNSETTLED_SECONDS: Final = 5


class GatewayDoor:
    """Stands before the application and answers what is below its prefix; the rates are those of this process."""

    def __init__(self, app: ASGIApp, litestar: Litestar) -> None:
        self._app = app
        self._litestar = litestar
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, and pass everything else on."""
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        scope["path_template"] = TEMPLATE
        call = _Call(scope, receive, send, self._litestar.state.runtime, self._rates)
        try:
            await call.answer()
        except Exception as problem:
            if call.has_begun:
                raise
            await self._refuse(scope, receive, send, problem)

    async def _refuse(self, scope: HTTPScope, receive: Receive, send: Send, problem: Exception) -> None:
        """Say no in the house's own shape, in the language that is asked for."""
        scope["litestar_app"] = self._litestar
        request = StrictRequest(scope, receive, send)
        told = (problems.on_domain_error if isinstance(problem, DomainError) else problems.on_exception)(
            request, problem  # type: ignore[arg-type]
        )  # fmt: skip
        fields = {**told.headers, "Content-Type": told.media_type or problems.PROBLEM_JSON}
        if isinstance(problem, Unauthenticated):
            fields["WWW-Authenticate"] = KEY_HEADER
        if isinstance(problem, CallTooSlow):
            fields["Connection"] = "close"  # The rest of the request may still come on it.
        await _whole(send, told.status_code or 500, told.content, fields)

    def reset(self) -> None:
        """Begin anew: no call has been counted."""
        self._rates.reset()


async def _whole(send: Send, status: int, body: bytes, fields: dict[str, str]) -> None:
    pairs = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in fields.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})


class _Call:
    """One call from its head to its settlement."""

    def __init__(self, scope: HTTPScope, receive: Receive, send: Send, runtime: Runtime, rates: Rates) -> None:
        self.scope, self.receive, self.runtime, self.rates = scope, receive, runtime, rates
        self.has_begun = False
        self._send = send
        self._checked = time.monotonic()

    async def send(self, message: Any) -> None:
        """Send, and remember that something was."""
        self.has_begun = True
        await self._send(message)

    async def answer(self) -> None:
        """Answer it; raises what the caller is to be told instead."""
        at = await self._moment()
        policy = RULES.at(at.date()).body
        request = readable(self.scope, policy, self.runtime.settings.trusted_proxies)
        admitted = await self._let_on(request, at)
        taken = self._spend(request)
        self._operation(admitted, request)
        body = await body_of(self.receive, request.headers, policy.request_bytes_max, policy.first_byte_seconds)
        if body or has_body(request.headers):
            # The call begins when it has arrived: by what holds then, and with its whole time before it.
            at = await self._moment()
            admitted = await self._let_on(request, at)
        admitted, facts, reserved = await self._reserved(request, admitted, body, policy, at)
        if isinstance(reserved, MadeBefore):
            await self._told(reserved, facts.call_id)
            return
        fields = _fields(reserved, taken.fields)
        await self._passed(request, admitted, body, reserved, fields, policy)

    async def _moment(self) -> datetime:
        await self.runtime.tick(within_seconds=CLOCK_SECONDS)
        return self.runtime.clock.now()

    async def _let_on(self, request: GatewayRequest, at: datetime) -> Admitted:
        """By what was last read of the key, if that permits the call; else by what is asked now."""
        admitted = admission.remembered(self.runtime, request.key, request.agreement_id, at)
        if admitted is None or admitted.interface.operations.find(self.scope["method"], request.path) is None:
            return await self._admitted(request, at)
        return admitted

    async def _admitted(self, request: GatewayRequest, at: datetime) -> Admitted:
        """Ask what the key opens; raises why it does not, and keeps that for both parties."""
        try:
            return await admission.admit(self.runtime, request.key, request.agreement_id, at)
        except Unauthenticated:
            # Guesses count as the guesser's own requests, or they would be free.
            self.rates.spend([Limit("connector", request.address, self.runtime.settings.rate_per_minute)])
            raise
        except Forbidden as refusal:
            self._spend(request)
            await self._note(request, refusal.status)
            raise

    async def _reserved(
        self, request: GatewayRequest, admitted: Admitted, body: bytes, policy: GatewayRules, at: datetime
    ) -> tuple[Admitted, CallFacts, Reserved | MadeBefore]:
        """Reserve the call; one that was let on by what was read before is admitted anew where that does not hold."""
        facts = self._facts(request, self._operation(admitted, request), body)
        if admitted.stamp is not None:
            try:
                return admitted, facts, await metering.reserve(self.runtime, admitted, facts, policy, at)
            except (AdmissionPast, UsesSpent):
                admitted = await self._admitted(request, at)
                facts = self._facts(request, self._operation(admitted, request), body)
        return admitted, facts, await metering.reserve(self.runtime, admitted, facts, policy, at)

    def _operation(self, admitted: Admitted, request: GatewayRequest) -> Operation:
        operation = admitted.interface.operations.find(self.scope["method"], request.path)
        if operation is None:
            raise OperationUnknown(kind="gateway_interface", id=request.agreement_id)
        return operation

    def _spend(self, request: GatewayRequest) -> SpentTokens:
        """Count a call of the agreement's, by whichever of its keys; raises RateExceeded."""
        return self.rates.spend([Limit("burst", request.agreement_id, self.runtime.settings.rate_per_minute)])

    def _facts(self, request: GatewayRequest, operation: Operation, body: bytes) -> CallFacts:
        named = next((value for name, value in request.headers if name == b"idempotency-key"), None)
        if named is not None and not rules.CALL_NAME.fullmatch(named):
            reason = Text("Idempotency-Key 须为 1–255 个可见字符", "an Idempotency-Key has 1 to 255 visible characters")
            raise CallUnreadable(reason=reason)
        digest = hashlib.sha256(self.scope["method"].encode() + b" " + request.target + b"\n" + body).digest()
        name = named.decode() if named is not None else ids.new("cal")
        return CallFacts(name, digest, operation.name, len(body), request.address, operation.streams)

    async def _told(self, before: MadeBefore, name: str) -> None:
        """Name what became of a call that is sent again; it is neither passed on nor charged a second time."""
        if before.state == "reserved":
            raise CallUnderWay(call=name, retry_after_seconds=1)
        outcome = {"call_id": name, "id": before.id, "state": before.state, "http_status": before.http_status}
        fields = {"Content-Type": "application/json", "Liutong-Call": before.id, "Liutong-Repeated": "true"}
        await _whole(self.send, 200, msgspec.json.encode(outcome), fields)

    async def _passed(
        self,
        request: GatewayRequest,
        admitted: Admitted,
        body: bytes,
        reserved: Reserved,
        fields: list[HeaderPair],
        policy: GatewayRules,
    ) -> None:
        """Pass a reserved call on and settle it, whatever comes of it but the end of this process."""
        leaving = asyncio.ensure_future(caller_left(self.receive))
        interface, operation = admitted.interface, self._operation(admitted, request)
        headers = rules.sent(request.headers, interface.credential[0] if interface.credential else None)
        headers.append((b"liutong-call", reserved.id.encode()))
        if interface.credential is not None:
            headers.append((interface.credential[0].encode(), interface.credential[1].encode()))
        here = f"{self.runtime.settings.public_url}{PREFIX}{request.agreement_id}"
        relay = Relay(
            wanted=UpstreamRequest(
                operation.method, interface.base_url, request.target, headers, body, operation.streams
            ),
            rules=policy,
            here=here,
            headers=fields,
            send=self.send,
            watch=self._watch(request),
            has_left=leaving.done,
        )
        finish = Finish(self.runtime, admitted, reserved, policy)
        try:
            passed = await relay.run(upstreams(self.runtime, policy))
        except NotPassed as problem:
            await finish(problem.status, problem.failure, 0, has_begun=False)
            raise problem.refusal from None
        except Exception:
            await finish(None, "centre", relay.size_bytes, has_begun=False)
            raise
        finally:
            leaving.cancel()
        has_begun = relay.was_given(passed.failure)
        is_settled = await finish(passed.status, passed.failure, passed.size_bytes, has_begun=has_begun)
        if passed.failure in (None, "request", "upstream"):
            if is_settled:
                await relay.end()
            elif not relay.has_begun:
                raise CallUnsettled(call=reserved.id, retry_after_seconds=UNSETTLED_SECONDS)
        # Otherwise the answer is left short, and the server closes the connection with it.

    def _watch(self, request: GatewayRequest) -> Callable[[], Awaitable[None]]:
        """What asks some times a second whether the key opens the interface still."""

        async def ask() -> None:
            if time.monotonic() < self._checked + POLL_SECONDS:
                return
            at = await self._moment()
            await admission.admit(self.runtime, request.key, request.agreement_id, at, calls=0)
            self._checked = time.monotonic()

        return ask

    async def _note(self, request: GatewayRequest, status: int) -> None:
        """Keep that a key which is genuine was refused, for both parties to see."""
        async with self.runtime.act() as act:
            key = await key_queries.presented(act.session, request.key)
            keys.note_use(act, key.id, "call", address=request.address, http_status=status, subject=request.path)


def _fields(reserved: Reserved, burst: dict[str, str]) -> list[HeaderPair]:
    """What every answer says of what is left: of the agreement's uses, and of this minute's."""
    quota, left = "", ""
    if reserved.bound is not None:
        quota = f'"quota";q={reserved.bound}, '
        left = f'"quota";r={max(0, reserved.bound - reserved.used)}, '
    return [
        (b"liutong-call", reserved.id.encode()),
        (b"ratelimit-policy", (quota + burst["RateLimit-Policy"]).encode()),
        (b"ratelimit", (left + burst["RateLimit"]).encode()),
    ]
