"""The add-checkpoint call of C2SP tlog-witness, as text; pure.

The request is the size that the witness last cosigned, a consistency proof from there, an empty line, and the head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kernel.tlog.note import NoteInvalid, decode64, decode_number, encode64

PROOF_LINES_MAX: Final = 63
SIZE_TYPE: Final = "text/x.tlog.size"


class RequestInvalid(ValueError):
    """The body is not an add-checkpoint request to the letter."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """One request: from which size, by which proof, to which signed head."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        lines = "".join(f"{encode64(each)}\n" for each in self.proof)
        return f"old {self.old}\n{lines}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> "AddCheckpoint":
        """Read a request; raises RequestInvalid."""
        head, blank, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if not blank or not first.startswith("old ") or len(lines) > PROOF_LINES_MAX:
            raise RequestInvalid("not an old size, at most 63 proof lines, an empty line and a checkpoint")
        try:
            return cls(decode_number(first.removeprefix("old ")), tuple(decode64(line) for line in lines), note)
        except NoteInvalid as problem:
            raise RequestInvalid(str(problem)) from None


def size_told(content_type: str, body: str) -> int | None:
    """The size that a witness says it cosigned last, in its answer 409; None where that is not what it says."""
    if content_type.partition(";")[0].strip() != SIZE_TYPE or not body.endswith("\n"):
        return None
    try:
        return decode_number(body[:-1])
    except NoteInvalid:
        return None


def lines_of(body: str) -> Sequence[str]:
    """The signature lines of an answer 200; which of them are believed is for cosigning to say."""
    return [line for line in body.split("\n") if line.startswith("\u2014 ")]
