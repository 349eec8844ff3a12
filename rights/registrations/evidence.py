"""Files that prove something: found among the party's own, judged, and kept with their retention date."""

from collections.abc import Sequence

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.storage.rules import Purpose
from kernel.uploads.models import StoredFile
from rights.registrations import deadlines
from rights.registrations.models import Registration, RegistrationEvidence
from rights.registrations.rules import Piece
from rights.registrations.schemas import PieceOfEvidence
from rights.registrations.steps import clocks_of

Files = dict[str, StoredFile]


async def own_files(act: Act, wanted: Sequence[str]) -> Files:
    """Those of the files that the actor's party uploaded, by id."""
    rows = await act.session.scalars(
        select(StoredFile).where(StoredFile.id.in_(wanted), StoredFile.owner == act.actor.party)
    )
    return {row.id: row for row in rows}


def piece_of(kind: str, file: StoredFile | None) -> Piece:
    """A piece in the words of the rules."""
    return Piece(
        kind=kind,
        file_known=file is not None,
        for_evidence=file is not None and file.purpose == Purpose.EVIDENCE,
        size_bytes=file.size_bytes if file is not None else 0,
    )


def pieces_of(pieces: Sequence[PieceOfEvidence], files: Files) -> list[Piece]:
    """Every piece in the words of the rules."""
    return [piece_of(piece.kind, files.get(piece.file_id)) for piece in pieces]


def facts_of(pieces: Sequence[PieceOfEvidence], files: Files) -> list[dict[str, str]]:
    """What the log says of the pieces: their kinds and digests."""
    return [{"kind": piece.kind, "sha256": files[piece.file_id].sha256} for piece in pieces]


async def keep(act: Act, row: Registration, pieces: Sequence[PieceOfEvidence], files: Files) -> None:
    """Keep pieces of evidence with the case, each with its retention date."""
    until = deadlines.kept_until(act.at, clocks_of(row))
    act.session.add_all(
        RegistrationEvidence(
            id=ids.new("evd"),
            registration_id=row.id,
            kind=piece.kind,
            file_id=piece.file_id,
            name=files[piece.file_id].name,
            sha256=files[piece.file_id].sha256,
            size_bytes=files[piece.file_id].size_bytes,
            retention_until=until,
            created_at=act.at,
        )
        for piece in pieces
    )
    await act.session.flush()  # The view reads the evidence back.
