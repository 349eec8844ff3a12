"""Negotiations on the wire: one base serves both roles, and the pid says which it is."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel.act import Act
from kernel.runtime import Runtime
from market.dataspace import wire
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.writing import NEGOTIATION_ERROR
from market.dataspace.negotiations import receiving
from market.dataspace.wire import Http

BASE: Final = "/dsp/{participant:str}/2025-1/negotiations"
WIRE: Final = wire.settings(NEGOTIATION_ERROR)


@get(f"{BASE}/{{pid:str}}", **WIRE)
async def get_negotiation_state(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """协商状态 · Where a negotiation of the caller's stands."""
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.state(theirs, caller, pid))


@post(f"{BASE}/request", status_code=201, **WIRE)
async def take_request(participant: FromPath[str], request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """请求 · A consumer opens a negotiation."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.opened(theirs, caller, message, Kind.CONTRACT_REQUEST))


@post(f"{BASE}/offers", status_code=201, **WIRE)
async def take_offer(participant: FromPath[str], request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """要约 · A provider opens a negotiation."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.opened(theirs, caller, message, Kind.CONTRACT_OFFER))


@post(f"{BASE}/{{pid:str}}/request", status_code=200, **WIRE)
async def take_counter_request(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """反要约 · A consumer answers an offer with another request."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.offered_again(theirs, caller, pid, message, Kind.CONTRACT_REQUEST))


@post(f"{BASE}/{{pid:str}}/offers", status_code=200, **WIRE)
async def take_counter_offer(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """反要约 · A provider answers a request with an offer."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.offered_again(theirs, caller, pid, message, Kind.CONTRACT_OFFER))


@post(f"{BASE}/{{pid:str}}/agreement", status_code=200, **WIRE)
async def take_agreement(
    participant: FromPath[str],
    pid: FromPath[str],
    request: Http,
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
) -> Response[Any]:
    """协议 · A provider sends the agreement."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.agreed(theirs, caller, pid, message, runtime.settings.public_url))


@post(f"{BASE}/{{pid:str}}/agreement/verification", status_code=200, **WIRE)
async def take_verification(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """确认 · A consumer verifies the agreement."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.verified(theirs, caller, pid, message))


@post(f"{BASE}/{{pid:str}}/events", status_code=200, **WIRE)
async def take_negotiation_event(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """事件 · A consumer accepts, or a provider finalises."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.event(theirs, caller, pid, message))


@post(f"{BASE}/{{pid:str}}/termination", status_code=200, **WIRE)
async def take_negotiation_termination(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """终止 · The other side ends the negotiation."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.terminated(theirs, caller, pid, message))


ROUTES = [
    get_negotiation_state,
    take_request,
    take_offer,
    take_counter_request,
    take_counter_offer,
    take_agreement,
    take_verification,
    take_negotiation_event,
    take_negotiation_termination,
]
