"""The register through time over HTTP, and the bundle to take away."""

from datetime import date, datetime
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from kernel.act import Act
from kernel.documents.errors import GlyphMissing
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.problems import problems
from kernel.log.errors import CheckpointAbsent, ProofPending
from kernel.runtime import Runtime
from rights.moments import MomentInFuture, past_moment
from rights.register import gathering, queries
from rights.register.schemas import RegisterView

Moment = Annotated[
    datetime | None,
    QueryParameter(description="登记簿当时所知 · as known at this moment, RFC 3339; now if left out"),
]
Day = Annotated[
    date | None, QueryParameter(description="问哪一天是否有效 · about this day; the moment's day in China if left out")
]


@get("/v1/assets/{asset_id:str}/register", opt=public(), responses=problems(NotFound, MomentInFuture))
async def get_register(
    asset_id: FromPath[str], act: NamedDependency[Act], at: Moment = None, on: Day = None
) -> RegisterView:
    """登记簿回溯 · What the public register said about an asset at a moment, each statement with its log entry."""
    return await queries.register_at(act.session, asset_id, known_at=past_moment(at, act.at), valid_on=on)


@get(
    "/v1/assets/{asset_id:str}/evidence-bundle",
    opt=allow("rights:asset:write", "rights:registration:decide"),
    media_type="application/zip",
    responses=problems(NotFound, ProofPending, CheckpointAbsent, GlyphMissing),
)
async def get_evidence_bundle(
    asset_id: FromPath[str], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> Response[bytes]:
    """证据包 · Certificates, proofs, checkpoint, evidence digests and instructions in one zip that proves itself."""
    made = await gathering.evidence_bundle(act, runtime, asset_id)
    headers = {"Content-Disposition": f'attachment; filename="{asset_id}.zip"'}
    return Response(made, media_type="application/zip", headers=headers)


ROUTES = [get_register, get_evidence_bundle]
