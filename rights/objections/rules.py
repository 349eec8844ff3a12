"""Pure rules of objections: what one must bring, and to what it can be raised."""

from collections.abc import Sequence
from typing import Literal

from kernel.errors import FieldError
from kernel.text import Text
from rights.registrations.rules import Piece, unfit

Stage = Literal["examination", "notice", "registered"]


def evidence_faults(pieces: Sequence[Piece]) -> list[FieldError]:
    """An objection brings evidence, and every file of it can serve (GUIDE art. 25; PUBREG art. 12)."""
    if not pieces:
        return [FieldError("/evidence", Text("异议须附证据", "An objection brings evidence"), "LT-RGT-20")]
    return file_faults(pieces)


def file_faults(pieces: Sequence[Piece]) -> list[FieldError]:
    """Every file that cannot serve as evidence."""
    return [
        FieldError(f"/evidence/{position}", why, "LT-RGT-20")
        for position, piece in enumerate(pieces)
        if (why := unfit(piece)) is not None
    ]
