"""What registration is told on the wire."""

from typing import Annotated

import msgspec
from msgspec import Meta

Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class PieceOfEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that proves something; it was uploaded before for the purpose `evidence`."""

    kind: Annotated[str, Meta(max_length=40, examples=["identity-proof"])]
    file_id: Annotated[str, Meta(max_length=40)]


Pieces = Annotated[list[PieceOfEvidence], Meta(max_length=50)]
