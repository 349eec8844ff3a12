"""A contract as PDF/A-3 with the draft inside as JSON; pure, for a process of its own."""

from datetime import UTC, datetime
from typing import Final

from contracts.clauses.text.blocks import Document, in_language
from kernel.documents.prints import typeset
from kernel.text import Lang

KIND: Final = "model-contract"
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")


def pdf(document: Document, lang: Lang, enclosed: bytes, at: datetime) -> bytes:
    """Set the contract as of a moment; raises GlyphMissing for characters that the font lacks."""
    moment = at.astimezone(UTC)
    made = {part: getattr(moment, part) for part in _PARTS}
    return typeset.pdf(typeset.template(KIND), in_language(document, lang) | {"made": made}, enclosed)
