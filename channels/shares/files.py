"""The files of shares by signed links: each opens one file, by one key, for a while, as long as the key serves."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from litestar import Response

from channels.keys import commands as keys
from channels.keys import queries as key_queries
from channels.keys.commands import ENDPOINT
from channels.keys.models import ChannelKey
from channels.publishing.models import PublishedTable
from channels.publishing.queries import FileRow, Version, shared_file
from channels.shares.lines import Linked
from channels.shares.queries import handed_out
from channels.shares.wire import Http, Speaking, status_of
from kernel.act import Act
from kernel.db import one
from kernel.errors import DomainError
from kernel.http.addresses import caller
from kernel.runtime import Runtime
from kernel.storage import links, names
from kernel.storage.download import Conditions, Download, range_response
from kernel.storage.errors import LinkInvalid
from kernel.storage.keys import open_keyring
from market.delivery.fetching import watch

FILES: Final = f"{ENDPOINT}/files"
OPERATION: Final = "fetch-file"


def linked(speaker: Speaking, chosen: Sequence[tuple[Version | None, FileRow]]) -> list[Linked]:
    """Files with their links, good for as long as the settings say; those of a feed with their versions."""
    key, settings = speaker.holder.key, speaker.runtime.settings
    keyring, base = open_keyring(settings), f"{settings.public_url}{FILES}"
    until = speaker.act.at.replace(microsecond=0) + timedelta(seconds=settings.link_ttl_seconds)
    made = []
    for version, file in chosen:
        signature = keyring.sign(file.id, key.id, key.agreement_id, until)
        url = f"{base}/{file.id}{signature}&key={key.id}"
        number, at = (None, None) if version is None else (version.version, version.available_at)
        made.append(Linked(file, url, until, number, at))
    return made


async def fetch(request: Http, file_id: str, key_id: str, signature: Mapping[str, str]) -> Response[Any]:
    """Answer a request for a file; the unit ends before the first byte is sent, so a slow reader holds no connection.

    Raises LinkInvalid and LinkExpired, PartNotReleased, and as queries.holder where the key opens nothing any more.
    """
    runtime: Runtime = request.app.state.runtime
    await runtime.tick()
    noted = partial(
        keys.note_use,
        key_id=key_id,
        operation=OPERATION,
        address=caller(request.scope, runtime.settings.trusted_proxies),
        subject=file_id,
        byte_range=request.headers.get("range"),
    )
    async with runtime.act() as act:
        key = await act.session.get(ChannelKey, key_id)
        if key is None:
            raise LinkInvalid
        keyring = open_keyring(runtime.settings)
        links.verify(signature, file_id, key.id, key.agreement_id, keyring=keyring, at=act.at)
    try:
        async with runtime.act() as act:
            response = await _response(act, request, runtime, file_id, key_id)
            sent = 0 if request.method == "HEAD" else int(response.headers.get("Content-Length", 0))
            noted(act, http_status=response.status_code or 200, response_bytes=sent)
    except DomainError as refused:
        # In a unit of its own, as for every request; what has no link of ours is not noted, so that nobody can fill it.
        async with runtime.act() as act:
            noted(act, http_status=status_of(refused))
        raise
    return response


async def _response(act: Act, request: Http, runtime: Runtime, file_id: str, key_id: str) -> Response[Any]:
    holder = await key_queries.holder(act, key_id)
    file = await shared_file(act.session, file_id, holder.key.agreement_id)
    if file is None:
        raise LinkInvalid
    table = await one(act.session, PublishedTable, file.table_id)
    await handed_out(act.session, holder.handover.order, [table])
    name = f"{file.id}.parquet"
    return await range_response(
        runtime.storage,
        Download(file.storage_key, file.size_bytes, file.sha256, name, names.media_type(name)),
        Conditions.of(request.headers),
        head=request.method == "HEAD",
        watch=watch(runtime, lambda later: key_queries.holder(later, key_id)),
    )
