"""Handing out a converted file to whoever presents a link, for as long as it may be had."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from channels.formats import queries
from channels.formats.models import ConversionDownload, TableConversion
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.http.addresses import caller
from kernel.runtime import Runtime
from kernel.storage import names
from kernel.storage.download import Conditions, Download, range_response
from kernel.storage.keys import open_keyring
from market.delivery.fetching import require_handed_out, require_link, watch
from market.delivery.queries import Handover


async def require_permitted(act: Act, conversion_id: str) -> tuple[TableConversion, Handover]:
    """That a converted file may be had now; raises LinkInvalid, DataDestroyed and DownloadStopped."""
    row, handover = await queries.handed_out(act.session, conversion_id)
    await require_handed_out(act, handover, [str(row.source_name)])
    return row, handover


async def fetched(
    runtime: Runtime, request: Request[Actor, Any, Any], conversion_id: str, parameters: Mapping[str, str]
) -> Response[Any]:
    """Answer a request for a converted file; raises what refuses a link, and what refuses the file itself."""
    async with runtime.act() as act:
        _, handover = await queries.handed_out(act.session, conversion_id)
        require_link(act, request.user, conversion_id, handover, parameters, open_keyring(runtime.settings))
        row, _ = await require_permitted(act, conversion_id)
        response = await range_response(
            runtime.storage,
            _file(row),
            Conditions.of(request.headers),
            head=request.method == "HEAD",
            watch=watch(runtime, lambda later: require_permitted(later, conversion_id)),
        )
        address = caller(request.scope, runtime.settings.trusted_proxies)
        status, byte_range = response.status_code or 200, request.headers.get("range")
        # Kept whether or not the client reads to the end.
        asked = {"method": request.method, "byte_range": byte_range[:100] if byte_range is not None else None}
        size, at = row.size_bytes or 0, act.at
        answered = {"http_status": status, "size_bytes": size, "address": address, "at": at}
        act.session.add(ConversionDownload(id=ids.new("cdl"), conversion_id=row.id, **asked, **answered))
    return response


def _file(row: TableConversion) -> Download:
    name = f"{row.table_name}.{row.format}"
    return Download(str(row.storage_key), row.size_bytes or 0, str(row.sha256), name, names.media_type(name))
