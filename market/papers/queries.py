"""Reading papers, in every form."""

from typing import Final

import msgspec
from sqlalchemy import select

from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import end_reading, one
from kernel.documents import queries as documents
from kernel.documents.models import Document
from kernel.documents.prints.printing import pdf_of
from kernel.jobs import desk
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.text import Lang
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.papers.forms import files
from market.papers.forms.layouts import sheet
from market.papers.models import Paper
from market.papers.schemas import IssuedPaperView, PaperForm

AUDIENCE: Final = Audience("paper", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may read a paper besides those whom it names."""

MEDIA: Final[dict[PaperForm, str]] = {
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
TEMPLATE: Final = "paper"
"""The one printed form of all papers."""


async def paper(act: Act, paper_id: str) -> IssuedPaperView:
    """A paper; raises NotFound for whoever it does not name."""
    return view(await _seen(act, paper_id))


async def papers(act: Act, kind: str | None, limit: int, cursor: str | None) -> Page[IssuedPaperView]:
    """The papers that the actor may read, newest first."""
    query = select(Paper).where(AUDIENCE.among(act.actor, Paper.parties))
    if kind is not None:
        query = query.where(Paper.kind == kind)
    rows = await fetch(act.session, query, Paper.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(view)


def view(row: Paper) -> IssuedPaperView:
    """A paper for the wire."""
    return shown(row, IssuedPaperView)


async def _seen(act: Act, paper_id: str) -> Paper:
    row = await one(act.session, Paper, paper_id)
    AUDIENCE.require(act.actor, row.id, *row.parties)
    return row


async def file(act: Act, runtime: Runtime, paper_id: str, form: PaperForm, lang: Lang) -> tuple[str, bytes]:
    """The number of a paper, and its file in a form; raises NotFound, ProofPending for a print, GlyphMissing.

    It is the last that is asked of the unit: whoever waits for the making holds no connection.
    """
    row = await _seen(act, paper_id)
    document = await act.session.get_one(Document, row.document_id)
    if form == "json":
        return row.number, canonical.dumps(await documents.envelope(act.session, document))
    claims = document.body["credentialSubject"]
    if form == "pdf":
        layout = msgspec.to_builtins(sheet(row.kind, claims, lang))
        url = f"{runtime.settings.public_url}/verify"
        return row.number, await pdf_of(
            act, runtime, document, lang, verify_url=url, last=True, template=TEMPLATE, layout=layout
        )
    number, kind, work = row.number, row.kind, files.csv_of if form == "csv" else files.xlsx_of
    await end_reading(act.session)
    return number, await desk.answer(work, kind, claims, lang, party=act.actor.party)
