"""Documents over HTTP: the verifiable envelope, the bare credential, and the page for people."""

import asyncio
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.crypto import seal as seals
from kernel.crypto import signing
from kernel.documents import queries, render
from kernel.documents.queries import DocumentSummary
from kernel.http.description.media import gives
from kernel.http.guards import allow, public
from kernel.http.problems import lang_of
from kernel.runtime import Runtime
from kernel.tlog.note import encode64
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page


@get("/v1/documents", opt=allow("kernel:event:read"))
async def list_documents(
    act: NamedDependency[Act],
    kind: Annotated[str | None, QueryParameter(max_length=60, description="种类 · kind")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[DocumentSummary]:
    """签发文书列表 · The documents that name your party, newest first."""
    return await queries.documents(act, kind, limit, cursor)


@get("/v1/documents/{document_id:str}", opt=public())
async def get_document(document_id: FromPath[str], act: NamedDependency[Act]) -> dict[str, Any]:
    """签发文书 · A document with its log entry and offline proof, as `liutong verify` reads it."""
    document = await queries.document(act, ids.require("doc", document_id))
    return await queries.envelope(act.session, document)


@get("/v1/documents/{document_id:str}/credential", opt=public() | gives("application/vc+json"))
async def get_credential(document_id: FromPath[str], act: NamedDependency[Act]) -> Response[dict[str, Any]]:
    """可验证凭证 · The bare W3C Verifiable Credential."""
    document = await queries.document(act, ids.require("doc", document_id))
    return Response(document.body, media_type="application/vc+json")


@get("/v1/documents/{document_id:str}/page", opt=public(), media_type=MediaType.HTML)
async def get_page(document_id: FromPath[str], request: Request[Actor, Any, Any], act: NamedDependency[Act]) -> str:
    """阅读页 · The readable form; `?lang=zh` or `?lang=en`."""
    document = await queries.document(act, ids.require("doc", document_id))
    return render.page(document, lang_of(request))


def trust(runtime: Runtime) -> dict[str, Any]:
    """The anchors that a verifier needs: keys of issuer, log and witnesses, and seals, with those of earlier days."""
    keys, seal = runtime.log_keys, runtime.seal()
    return {
        "issuers": [{"id": runtime.issuer.did, "keys": [signing.multibase(key) for key in runtime.issuer.keys]}],
        "logs": [str(key) for key in keys.trusted],
        "witnesses": [str(key) for key in keys.witnesses],
        "seals": [encode64(root) for root in (seal.root, *seals.earlier(runtime.settings.seals_earlier_file))],
    }


@get("/v1/trust", opt=public())
async def get_trust(runtime: NamedDependency[Runtime]) -> dict[str, Any]:
    """信任锚 · Save this file once, compare it with the centre's printed publication, and verify offline ever after."""
    return await asyncio.to_thread(trust, runtime)


@get("/.well-known/did.json", opt=public())
async def get_did(runtime: NamedDependency[Runtime]) -> dict[str, Any]:
    """DID 文档 · The issuer's did:web document (W3C DID Core, Multikey)."""
    did = runtime.issuer.did
    keys = [signing.multibase(key) for key in runtime.issuer.keys]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": key} for key in keys
        ],
        # What an earlier key asserted stays asserted: whoever resolves this must still find it here.
        "assertionMethod": [f"{did}#{key}" for key in keys],
    }


ROUTES = [list_documents, get_document, get_credential, get_page, get_trust, get_did]
