"""Printing a stored document: set once, sealed, kept beside the files, and the same bytes for everybody after."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import end_reading
from kernel.documents import queries
from kernel.documents.models import Document
from kernel.documents.prints import typeset
from kernel.jobs import desk
from kernel.log.errors import ProofPending
from kernel.runtime import Runtime
from kernel.text import Lang, Text

AREA: Final = "printed"
PDF_BYTES_MAX: Final = 16 * 1024 * 1024
PRINT_SECONDS: Final = 120.0
_REASON: Final = Text("数据流通中心签发", "Issued by the data circulation centre")


async def pdf_of(
    act: Act,
    runtime: Runtime,
    document: Document,
    lang: Lang,
    *,
    verify_url: str,
    last: bool = False,
    template: str | None = None,
    layout: Mapping[str, Any] | None = None,
) -> bytes:
    """The printed form of a document; raises LookupError for a kind without one, GlyphMissing, or ProofPending.

    Kinds that share one `template` are given to it laid out, as `layout` in plain values.

    What is printed depends on template, layout and seal, so their digests are part of its name; a race of two
    first readers makes two files of which the first stored is everybody's. Where it is the `last` that is asked of the
    unit, that has ended when the printing begins.
    """
    source, seal = typeset.template(template or document.kind), await asyncio.to_thread(runtime.seal)
    laid_out = b"" if layout is None else canonical.dumps(layout)
    made_of = canonical.sha256_hex(source + seal.root + verify_url.encode() + laid_out)[:16]
    key = f"{AREA}/{document.id}/{made_of}-{lang}.pdf"
    try:
        return await runtime.storage.get(key)
    except FileNotFoundError:
        pass
    envelope = await queries.envelope(act.session, document)
    if envelope["log"] is None:
        raise ProofPending(id=document.entry_id)
    data = typeset.data(document.body, lang, sha256=document.sha256, entry=document.entry_id, verify_url=verify_url)
    data["layout"] = layout
    written = canonical.dumps(envelope)
    if last:
        await end_reading(act.session)
    plain = await desk.answer(typeset.pdf, source, data, written, party=act.actor.party, seconds=PRINT_SECONDS)
    sealed = await asyncio.to_thread(seal.sign, plain, act.at, _REASON.of(lang))
    try:
        await runtime.storage.put_stream(key, _once(sealed), PDF_BYTES_MAX)
    except FileExistsError:
        return await runtime.storage.get(key)
    return sealed


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
