"""Transfers over the management API: everything that a side can send is a command here."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.storage.keys import open_keyring
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.dataspace.errors import (
    ConnectorAddressRefused,
    DataAddressNeeded,
    TransferFormatUnknown,
    TransferNotCovered,
)
from market.dataspace.negotiations.routes.management import SEND, SENDING
from market.dataspace.negotiations.schemas import EndProcess
from market.dataspace.participants.routes import READ
from market.dataspace.states import TransferState
from market.dataspace.transfers import commands, queries
from market.dataspace.transfers.schemas import DataspaceTransferView, OpenTransfer, StartTransfer
from market.delivery.errors import DataDestroyed, DeliveryNotDue

PATH = "/v1/dataspace/transfers"


@post(
    PATH,
    opt=SEND,
    status_code=202,
    responses=problems(NotFound, TransferNotCovered, TransferFormatUnknown, IdempotencyKeyReused),
)
async def open_dataspace_transfer(
    data: JSONBody[OpenTransfer], once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[DataspaceTransferView]:
    """请求传输 · Ask the provider of an agreement for its data."""
    settings = runtime.settings
    return await once(commands.open_, data, public_url=settings.public_url, keyring=open_keyring(settings))


@get(PATH, opt=READ)
async def list_dataspace_transfers(
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
    status: Annotated[
        TransferState | None, QueryParameter(name="status", description="按状态筛选 · only those in a state")
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[DataspaceTransferView]:
    """传输清单 · One's transfers, newest first."""
    return await queries.transfers(act, status, limit, cursor, open_keyring(runtime.settings))


@get(f"{PATH}/{{dataspace_transfer_id:str}}", opt=READ)
async def get_dataspace_transfer(
    dataspace_transfer_id: FromPath[str], act: NamedDependency[Act], runtime: NamedDependency[Runtime]
) -> DataspaceTransferView:
    """传输 · One transfer; its consumer is shown where the data is fetched."""
    return await queries.transfer(act, ids.require("dtr", dataspace_transfer_id), open_keyring(runtime.settings))


@post(
    f"{PATH}/{{dataspace_transfer_id:str}}/start",
    opt=SEND,
    status_code=202,
    responses=problems(
        *SENDING, TransferNotCovered, DataAddressNeeded, ConnectorAddressRefused, DeliveryNotDue, DataDestroyed
    ),
)
async def send_start(
    dataspace_transfer_id: FromPath[str],
    data: JSONBody[StartTransfer],
    once: NamedDependency[Once],
    runtime: NamedDependency[Runtime],
) -> Response[DataspaceTransferView]:
    """启动或恢复 · Start what was requested, or resume what was suspended; the provider sends a fresh address."""
    found, settings = ids.require("dtr", dataspace_transfer_id), runtime.settings
    return await once(commands.start, found, data, keyring=open_keyring(settings), sandbox=settings.sandbox)


@post(f"{PATH}/{{dataspace_transfer_id:str}}/suspension", opt=SEND, status_code=202, responses=problems(*SENDING))
async def send_suspension(
    dataspace_transfer_id: FromPath[str],
    data: JSONBody[EndProcess],
    once: NamedDependency[Once],
    runtime: NamedDependency[Runtime],
) -> Response[DataspaceTransferView]:
    """暂停 · Pause a transfer; its address stops to work."""
    found = ids.require("dtr", dataspace_transfer_id)
    return await once(commands.suspend, found, data, keyring=open_keyring(runtime.settings))


@post(f"{PATH}/{{dataspace_transfer_id:str}}/completion", opt=SEND, status_code=202, responses=problems(*SENDING))
async def send_completion(
    dataspace_transfer_id: FromPath[str], once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[DataspaceTransferView]:
    """完成传输 · Say that all has been fetched."""
    found = ids.require("dtr", dataspace_transfer_id)
    return await once(commands.complete, found, keyring=open_keyring(runtime.settings))


@post(f"{PATH}/{{dataspace_transfer_id:str}}/termination", opt=SEND, status_code=202, responses=problems(*SENDING))
async def send_transfer_termination(
    dataspace_transfer_id: FromPath[str],
    data: JSONBody[EndProcess],
    once: NamedDependency[Once],
    runtime: NamedDependency[Runtime],
) -> Response[DataspaceTransferView]:
    """终止传输 · End a transfer and tell the other side why."""
    found = ids.require("dtr", dataspace_transfer_id)
    return await once(commands.terminate, found, data, keyring=open_keyring(runtime.settings))


ROUTES = [
    open_dataspace_transfer,
    list_dataspace_transfers,
    get_dataspace_transfer,
    send_start,
    send_suspension,
    send_completion,
    send_transfer_termination,
]
