"""The library of clauses and its model contracts over HTTP; drafts are answered about, and none is stored."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.clauses import drafting
from contracts.clauses.errors import DraftFaulty, DraftTooLong
from contracts.clauses.library import Library, library
from contracts.clauses.schemas import (
    CompareDrafts,
    ContractModelsView,
    ContractModelView,
    ContractRedlineView,
    Draft,
    DraftCheckView,
    DraftPreviewView,
    item_view,
    model_view,
)
from contracts.usage.errors import PolicyInexpressible
from kernel.actor import Actor
from kernel.documents.errors import GlyphMissing
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.problems import lang_of, problems
from kernel.jobs import desk
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.time.clock import Clock, day_in_china

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY_BYTES_MAX: Final = 524_288
_DRAFTS: Final = allow("contracts:agreement:sign", "market:listing:review", "market:listing:supervise")
_BUSY: Final = (NotFound, ProcessingBusy, ProcessingTooCostly)
_SHOWN: Final = (*_BUSY, DraftFaulty, DraftTooLong, PolicyInexpressible)
_KIND: Final = "contract_model"

Http = Request[Actor, Any, Any]
T = TypeVar("T")

_post: Final = partial(post, opt=_DRAFTS, status_code=200, request_max_body_size=BODY_BYTES_MAX)
"""A draft is answered about."""


@get("/v1/contract-models", opt=public())
async def list_contract_models(clock: NamedDependency[Clock]) -> ContractModelsView:
    """合同示范文本 · The model contracts of today: the centre's own wording, and open licences."""
    released = _today(clock)
    return ContractModelsView(list(released.sources), [item_view(model) for model in released.models.values()])


@get("/v1/contract-models/{model_id:str}", opt=public(), responses=problems(NotFound))
async def get_contract_model(model_id: FromPath[str], clock: NamedDependency[Clock]) -> ContractModelView:
    """示范文本与条款 · A model contract with its articles, every clause that may stand there, parameters and bases."""
    released = _today(clock)
    return model_view(released, released.models[_known(released, model_id)])


@_post(
    "/v1/contract-models/{model_id:str}/check",
    responses=problems(*_BUSY),
)
async def check_contract_draft(
    model_id: FromPath[str], data: JSONBody[Draft], actor: NamedDependency[Actor], clock: NamedDependency[Clock]
) -> DraftCheckView:
    """检查草案 · Every fault and warning of a draft, its matrix and obligations; nothing is stored."""
    return await _answer(drafting.checked, model_id, data, actor, clock)


@_post(
    "/v1/contract-models/{model_id:str}/preview",
    responses=problems(*_SHOWN),
)
async def preview_contract_draft(
    model_id: FromPath[str], data: JSONBody[Draft], actor: NamedDependency[Actor], clock: NamedDependency[Clock]
) -> DraftPreviewView:
    """预览草案 · The whole text of a draft in Chinese and English; what is not filled in stands as a blank."""
    return await _answer(drafting.previewed, model_id, data, actor, clock)


@_post(
    "/v1/contract-models/{model_id:str}/preview/pdf",
    media_type="application/pdf",
    responses=problems(*_SHOWN, GlyphMissing),
)
async def print_contract_draft(
    model_id: FromPath[str],
    data: JSONBody[Draft],
    request: Http,
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Response[bytes]:
    """草案 PDF · The draft for print: PDF/A-3, itself attached as JSON; `?lang=zh` or `?lang=en`."""
    lang = lang_of(request)
    made = await _answer(drafting.pdf, model_id, data, actor, clock, lang, clock.now())
    return _file(made, "application/pdf", f"{model_id}.{lang}.pdf")


@_post(
    "/v1/contract-models/{model_id:str}/preview/docx",
    media_type=DOCX,
    responses=problems(*_SHOWN),
)
async def write_contract_draft(
    model_id: FromPath[str],
    data: JSONBody[Draft],
    request: Http,
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Response[bytes]:
    """草案 DOCX · The draft for a word processor; `?lang=zh` or `?lang=en`."""
    lang = lang_of(request)
    made = await _answer(drafting.docx, model_id, data, actor, clock, lang, clock.now())
    return _file(made, DOCX, f"{model_id}.{lang}.docx")


@_post(
    "/v1/contract-models/{model_id:str}/redline",
    responses=problems(*_BUSY, DraftFaulty, DraftTooLong),
)
async def compare_contract_drafts(
    model_id: FromPath[str], data: JSONBody[CompareDrafts], actor: NamedDependency[Actor], clock: NamedDependency[Clock]
) -> ContractRedlineView:
    """比较版本 · What differs between two versions, or from the published model: data, sentences, words."""
    return await _answer(drafting.compared, model_id, data, actor, clock)


@_post(
    "/v1/contract-models/{model_id:str}/redline/docx",
    media_type=DOCX,
    responses=problems(*_BUSY, DraftFaulty, DraftTooLong),
)
async def write_contract_redline(
    model_id: FromPath[str],
    data: JSONBody[CompareDrafts],
    request: Http,
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Response[bytes]:
    """比较稿 DOCX · The two versions as one text with tracked changes; `?lang=zh` or `?lang=en`."""
    lang = lang_of(request)
    made = await _answer(drafting.compared_docx, model_id, data, actor, clock, lang, clock.now())
    return _file(made, DOCX, f"{model_id}.redline.{lang}.docx")


def _today(clock: Clock) -> Library:
    return library(day_in_china(clock.now()))


async def _answer(
    compute: Callable[..., T], model_id: str, data: Draft | CompareDrafts, actor: Actor, clock: Clock, *more: object
) -> T:
    """What is computed of a draft by the library of today, in a process of its own; raises NotFound."""
    model = _known(_today(clock), model_id)
    return await desk.answer(compute, model, data, day_in_china(clock.now()), *more, party=actor.party)


def _known(released: Library, model_id: str) -> str:
    """The id of a model of the library; raises NotFound."""
    if model_id not in released.models:
        raise NotFound(kind=_KIND, id=model_id[:60])
    return model_id


def _file(data: bytes, media: str, name: str) -> Response[bytes]:
    return Response(data, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = [
    list_contract_models,
    get_contract_model,
    check_contract_draft,
    preview_contract_draft,
    print_contract_draft,
    write_contract_draft,
    compare_contract_drafts,
    write_contract_redline,
]
