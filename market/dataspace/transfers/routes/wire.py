"""Transfers on the wire, and the address where started data is fetched."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel.act import Act
from kernel.runtime import Runtime
from kernel.storage.keys import open_keyring
from market.dataspace import wire
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.writing import TRANSFER_ERROR
from market.dataspace.transfers import commands, receiving
from market.dataspace.wire import Http
from market.delivery.schemas import LinksView

ROOT: Final = "/dsp/{participant:str}"
BASE: Final = f"{ROOT}/2025-1/transfers"
WIRE: Final = wire.settings(TRANSFER_ERROR)


@get(f"{BASE}/{{pid:str}}", **WIRE)
async def get_transfer_state(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """传输状态 · Where a transfer of the caller's stands."""
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.state(theirs, caller, pid))


@post(f"{BASE}/request", status_code=201, **WIRE)
async def take_transfer_request(participant: FromPath[str], request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """传输请求 · A consumer asks for the data of an agreement."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.requested(theirs, caller, message))


@post(f"{BASE}/{{pid:str}}/start", status_code=200, **WIRE)
async def take_transfer_start(
    participant: FromPath[str],
    pid: FromPath[str],
    request: Http,
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
) -> Response[Any]:
    """启动 · A provider starts or resumes, or a consumer resumes."""
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.started(theirs, caller, pid, message, open_keyring(runtime.settings)))


async def _step(participant: str, pid: str, request: Http, act: Act, kind: Kind) -> Response[Any]:
    message = await wire.message_of(request)
    theirs, caller = await wire.heard(request, act, participant)
    return wire.answer(await receiving.stepped(theirs, caller, pid, message, kind))


@post(f"{BASE}/{{pid:str}}/completion", status_code=200, **WIRE)
async def take_transfer_completion(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """完成 · The other side says that all is fetched."""
    return await _step(participant, pid, request, act, Kind.TRANSFER_COMPLETION)


@post(f"{BASE}/{{pid:str}}/suspension", status_code=200, **WIRE)
async def take_transfer_suspension(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """暂停 · The other side pauses the transfer."""
    return await _step(participant, pid, request, act, Kind.TRANSFER_SUSPENSION)


@post(f"{BASE}/{{pid:str}}/termination", status_code=200, **WIRE)
async def take_transfer_termination(
    participant: FromPath[str], pid: FromPath[str], request: Http, act: NamedDependency[Act]
) -> Response[Any]:
    """终止 · The other side ends the transfer."""
    return await _step(participant, pid, request, act, Kind.TRANSFER_TERMINATION)


@get(f"{ROOT}/data/{{transfer_id:str}}", **WIRE)
async def fetch_data(
    participant: FromPath[str],
    transfer_id: FromPath[str],
    request: Http,
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
) -> LinksView:
    """取数 · Short-lived links to the files of a started transfer, for whoever holds its token."""
    return await commands.fetch(
        act,
        participant,
        transfer_id,
        request.headers.get("authorization", ""),
        keyring=open_keyring(runtime.settings),
        public_url=runtime.settings.public_url,
    )


ROUTES = [
    get_transfer_state,
    take_transfer_request,
    take_transfer_start,
    take_transfer_completion,
    take_transfer_suspension,
    take_transfer_termination,
    fetch_data,
]
