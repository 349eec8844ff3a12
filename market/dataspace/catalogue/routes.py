"""The catalogue on the wire, and what a connector reads before it speaks: version and DID documents."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from kernel.act import Act
from kernel.http.guards import connector
from kernel.runtime import Runtime
from market.dataspace import rules, wire
from market.dataspace.catalogue import queries, records
from market.dataspace.catalogue.reading import dataset_query
from market.dataspace.credentials import keys
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.shapes import CONTEXT, VERSION
from market.dataspace.messages.writing import CATALOG_ERROR
from market.dataspace.participants import naming
from market.dataspace.participants import queries as participants
from market.dataspace.processes.receiving import require
from market.dataspace.wire import Http

ROOT: Final = "/dsp/{participant:str}"
BASE: Final = f"{ROOT}/2025-1/catalog"
WIRE: Final = wire.settings(CATALOG_ERROR)


@get(naming.WELL_KNOWN, opt=connector(), include_in_schema=False)
async def get_versions_of_the_centre(act: NamedDependency[Act]) -> dict[str, Any]:
    """协议版本 · The versions that the centre's own participant speaks."""
    centre = await participants.centre(act.session)
    return naming.versions(f"/dsp/{centre}/{VERSION}", centre)


@get(f"{ROOT}{naming.WELL_KNOWN}", opt=connector(), include_in_schema=False)
async def get_versions(participant: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """协议版本 · The versions that a participant speaks, below this address."""
    party = await participants.participant(act.session, participant)
    return naming.versions(f"/{VERSION}", party.id)


@get(f"{ROOT}/did.json", opt=connector(), include_in_schema=False)
async def get_did_document(
    participant: FromPath[str], act: NamedDependency[Act], runtime: NamedDependency[Runtime]
) -> dict[str, Any]:
    """DID 文档 · The participant's identifier, its signing keys and where it is spoken with."""
    party = await participants.participant(act.session, participant)
    signing = await participants.signing_keys(act.session, party.id)
    connecting = [(row.id, row.public_jwk) for row in await keys.listed(act.session, party.id, act.at)]
    return naming.did_document(runtime.settings.public_url, party.id, signing, connecting)


@post(f"{BASE}/request", status_code=200, **WIRE)
async def request_catalog(
    participant: FromPath[str],
    request: Http,
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
    continuation: Annotated[
        str | None,
        QueryParameter(name="continuationToken", max_length=400, description="续页 · what the page before gave"),
    ] = None,
) -> Response[Any]:
    """目录 · A page of the participant's data sets with their offers; `Link` leads to the next."""
    message = require(await wire.message_of(request), Kind.CATALOG_REQUEST)
    theirs, caller = await wire.heard(request, act, participant)
    wanted = dataset_query(message, rules.numbers(act.today).wire.page_max)
    found, following = await queries.page(theirs, caller.participant, wanted, continuation)
    at = naming.base(runtime.settings.public_url, participant)
    body = records.catalog(found, naming.did(runtime.settings.public_url, participant), at)
    more = f"{at}/catalog/request?{urlencode({'continuationToken': following})}" if following is not None else None
    headers = {"Link": f'<{more}>; rel="next"'} if more is not None else {}
    return Response(body, status_code=200, headers=headers, media_type=wire.JSON)


@get(f"{BASE}/datasets/{{dataset_id:str}}", **WIRE)
async def get_dataset(
    participant: FromPath[str],
    dataset_id: FromPath[str],
    request: Http,
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
) -> Response[Any]:
    """数据集 · One data set with its offers."""
    theirs, caller = await wire.heard(request, act, participant)
    found = await queries.dataset(theirs, caller.participant, dataset_id)
    at = naming.base(runtime.settings.public_url, participant)
    return Response({"@context": [CONTEXT], **records.dataset(found, at)}, media_type=wire.JSON)


ROUTES = [get_versions_of_the_centre, get_versions, get_did_document, request_catalog, get_dataset]
