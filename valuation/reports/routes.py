"""Reports over HTTP: one report in four forms, and the program that computes it again."""

from functools import cache
from typing import Any, Final

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.documents.errors import GlyphMissing
from kernel.errors import NotFound
from kernel.http.description.media import gives
from kernel.http.guards import allow, public
from kernel.http.problems import lang_of, problems
from kernel.log.errors import ProofPending
from kernel.runtime import Runtime
from valuation.appraisal.standalone import build
from valuation.reports import queries
from valuation.reports.accept import chosen
from valuation.reports.forms.make import MEDIA, Form

Http = Request[Actor, Any, Any]
Session = NamedDependency[AsyncSession]
READING: Final = allow(
    "valuation:appraisal:write",
    "valuation:engagement:read",
    "valuation:quality:run",
    "market:listing:review",
    "kernel:party:read",
)
_XLSX: Final = MEDIA["xlsx"]


async def _answer(act: Act, form: Form, appraisal_id: str, request: Http, runtime: Runtime) -> Response[bytes]:
    lang = lang_of(request)
    data = await queries.report(act, runtime, appraisal_id, form, lang)
    shown = "attachment" if form == "xlsx" else "inline"
    name = f"{appraisal_id}.json" if form == "json" else f"{appraisal_id}.{lang}.{form}"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Vary": "Accept, Accept-Language"}
    media = MEDIA[form]
    return Response(data, media_type=media, headers=headers)


@get(
    "/v1/appraisals/{appraisal_id:str}/report",
    opt=READING | gives(*MEDIA.values()),
    responses=problems(NotFound, ProofPending, GlyphMissing),
)
async def get_report(
    appraisal_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> Response[bytes]:
    """估值报告 · The report as `Accept` asks: JSON, HTML, PDF or a spreadsheet; JSON where it asks for none of them."""
    form = chosen(request.headers.get("accept"))
    return await _answer(act, form, appraisal_id, request, runtime)


@get(
    "/v1/appraisals/{appraisal_id:str}/report.json",
    opt=READING | gives("application/json"),
    responses=problems(NotFound, ProofPending),
)
async def get_report_json(
    appraisal_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> Response[bytes]:
    """估值报告 JSON · The document model, its facts, and the signed document with its proof."""
    return await _answer(act, "json", appraisal_id, request, runtime)


@get(
    "/v1/appraisals/{appraisal_id:str}/report.html",
    opt=READING,
    media_type=MediaType.HTML,
    responses=problems(NotFound, ProofPending),
)
async def get_report_html(
    appraisal_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> Response[bytes]:
    """估值报告网页 · The report as one page; `?lang=zh` or `?lang=en`."""
    return await _answer(act, "html", appraisal_id, request, runtime)


@get(
    "/v1/appraisals/{appraisal_id:str}/report.pdf",
    opt=READING,
    media_type="application/pdf",
    responses=problems(NotFound, ProofPending, GlyphMissing),
)
async def get_report_pdf(
    appraisal_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> Response[bytes]:
    """估值报告 PDF · The report for print: PDF/A-3, sealed, its JSON attached; made once and kept; `?lang=zh|en`."""
    return await _answer(act, "pdf", appraisal_id, request, runtime)


@get(
    "/v1/appraisals/{appraisal_id:str}/report.xlsx",
    opt=READING,
    media_type=_XLSX,
    responses=problems(NotFound, ProofPending),
)
async def get_report_xlsx(
    appraisal_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> Response[bytes]:
    """估值报告电子表格 · The report as a spreadsheet whose formulas compute the same value again; `?lang=zh|en`."""
    return await _answer(act, "xlsx", appraisal_id, request, runtime)


@cache
def _verifier() -> bytes:
    return build.verifier().encode("utf-8")


@get("/v1/appraisal-verifier", opt=public(), media_type="text/x-python")
async def get_verifier() -> Response[bytes]:
    """单文件核验程序 · One file, standard library only: `python3 -I verifier.py report.json` recomputes it."""
    headers = {"Content-Disposition": 'attachment; filename="verifier.py"', "Cache-Control": "public, max-age=3600"}
    return Response(_verifier(), media_type="text/x-python", headers=headers)


ROUTES = [get_report, get_report_json, get_report_html, get_report_pdf, get_report_xlsx, get_verifier]
