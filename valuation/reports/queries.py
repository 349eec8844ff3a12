"""Reading a stored appraisal's report: its file is made once and kept, and every other form is made from it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import end_reading
from kernel.documents import queries as documents
from kernel.documents.models import Document
from kernel.jobs import desk
from kernel.log.errors import ProofPending
from kernel.runtime import Runtime
from kernel.text import Lang, Text
from valuation.appraisal import queries as appraisals
from valuation.appraisal.models import AppraisalRow
from valuation.reports import build, gathering, wording
from valuation.reports.forms import file
from valuation.reports.forms import print as printing
from valuation.reports.forms.make import Form, made

AREA: Final = "reports"
BYTES_MAX: Final = 16 * 1024 * 1024
FORM_SECONDS: Final = 120.0
_REASON: Final = Text("数据流通中心签发", "Issued by the data circulation centre")


async def report(act: Act, runtime: Runtime, appraisal_id: str, form: Form, lang: Lang) -> bytes:
    """A form of the report; raises NotFound, GlyphMissing, and ProofPending while its entry waits for the log.

    A report that cannot prove itself yet is not served: a reader would keep it, and it would fail its check for ever.
    """
    row = await appraisals.appraisal(act.session, appraisal_id)
    document = await act.session.get_one(Document, row.document_id)
    appraisals.AUDIENCE.require(act.actor, appraisal_id, *document.parties)
    whole = await _file(act.session, runtime, row, document)
    await end_reading(act.session)
    if form == "json":
        return whole
    if form == "pdf":
        return await _printed(act, runtime, row.id, whole, lang)
    return await desk.answer(made, form, whole, lang, party=act.actor.party, seconds=FORM_SECONDS)


async def _file(session: AsyncSession, runtime: Runtime, row: AppraisalRow, document: Document) -> bytes:
    """The report as JSON with its proof of entry in the log, made once and kept; raises ProofPending."""
    words = canonical.sha256_hex(wording.digest().encode())[:16]
    key = f"{AREA}/{row.id}/{words}.json"
    try:
        return await runtime.storage.get(key)
    except FileNotFoundError:
        pass
    envelope = await documents.envelope(session, document)
    if envelope["log"] is None:
        raise ProofPending(id=document.entry_id)
    known = await gathering.facts(session, row, document)
    whole = file.encoded(file.contents(build.build(row.body, known), known, row.body, envelope))
    return await _kept(runtime, key, whole)


async def _printed(act: Act, runtime: Runtime, appraisal_id: str, whole: bytes, lang: Lang) -> bytes:
    """The sealed PDF: set once and the same bytes for everybody after."""
    seal = await asyncio.to_thread(runtime.seal)
    made_of = canonical.sha256_hex(printing.source() + seal.root + whole)[:16]
    key = f"{AREA}/{appraisal_id}/{made_of}-{lang}.pdf"
    try:
        return await runtime.storage.get(key)
    except FileNotFoundError:
        pass
    plain = await desk.answer(made, "pdf", whole, lang, party=act.actor.party, seconds=FORM_SECONDS)
    return await _kept(runtime, key, await asyncio.to_thread(seal.sign, plain, act.at, _REASON.of(lang)))


async def _kept(runtime: Runtime, key: str, data: bytes) -> bytes:
    """Store it; of two first readers the first stored is everybody's."""
    try:
        await runtime.storage.put_stream(key, _once(data), BYTES_MAX)
    except FileExistsError:
        return await runtime.storage.get(key)
    return data


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
