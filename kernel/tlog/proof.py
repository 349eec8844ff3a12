"""Proofs that travel with a certificate, as `c2sp.org/tlog-proof@v1` text, checked offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.text import Text
from kernel.tlog import merkle
from kernel.tlog.note import (
    NOTE_CHARACTERS_MAX,
    Checkpoint,
    NoteInvalid,
    VerifierKey,
    decode64,
    decode_number,
    encode64,
    open_checkpoint,
)

HEADER: Final = "c2sp.org/tlog-proof@v1"
HASHES_MAX: Final = 63


class Fault(StrEnum):
    """Which part of a proof failed."""

    FORMAT = "format"
    CHECKPOINT = "checkpoint"
    INCLUSION = "inclusion"


FAULT_TEXT: Final = {
    Fault.FORMAT: Text("证明文件格式有误：{why}", "The proof is malformed: {why}"),
    Fault.CHECKPOINT: Text(
        "存证检查点未经可信的日志密钥签署：{why}",
        "The checkpoint is not signed by a trusted key of the log: {why}",
    ),
    Fault.INCLUSION: Text(
        "条目不在该检查点所证明的日志之中：{why}",
        "The entry is not in the log that the checkpoint states: {why}",
    ),
}


class ProofInvalid(ValueError):
    """A proof does not hold; `fault` names the part, `why` the particular."""

    def __init__(self, fault: Fault, why: str) -> None:
        super().__init__(FAULT_TEXT[fault].of("en", why=why))
        self.fault = fault
        self.why = why

    @property
    def text(self) -> Text:
        """What to tell a person: read with `.of(lang, why=problem.why)`."""
        return FAULT_TEXT[self.fault]


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's place, its audit path and the signed checkpoint they lead to; `extra` is nobody's word."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {encode64(self.extra)}"]
        lines = [
            HEADER,
            *extra,
            f"index {self.index}",
            *(encode64(line) for line in self.hashes),
            "",
            self.checkpoint,
        ]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> "Proof":
        """Read a proof without believing it; raises ProofInvalid."""
        try:
            return cls._parse(text)
        except NoteInvalid as problem:
            raise ProofInvalid(Fault.FORMAT, str(problem)) from None

    @classmethod
    def _parse(cls, text: str) -> "Proof":
        if len(text) > NOTE_CHARACTERS_MAX:
            raise NoteInvalid("it is too long")
        head, separator, checkpoint = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != HEADER or not separator:
            raise NoteInvalid(f"it does not start with {HEADER!r} or has no checkpoint")
        extra = decode64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise NoteInvalid("the index line is missing")
        index = decode_number(lines.pop(0).removeprefix("index "))
        path = tuple(decode64(line) for line in lines)
        if len(path) > HASHES_MAX or any(len(line) != merkle.HASH_SIZE for line in path):
            raise NoteInvalid("a line of the audit path is not a SHA-256 hash, or there are too many")
        return cls(index, path, checkpoint, extra)


def verify_entry(entry: bytes, text: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint under which this very entry is logged; raises ProofInvalid naming what failed."""
    proof = Proof.parse(text)
    try:
        checkpoint = open_checkpoint(proof.checkpoint, keys)
    except NoteInvalid as problem:
        raise ProofInvalid(Fault.CHECKPOINT, str(problem)) from None
    if proof.index >= checkpoint.size:
        raise ProofInvalid(Fault.INCLUSION, f"index {proof.index} is beyond the log's {checkpoint.size} entries")
    leaf = merkle.leaf_hash(entry)
    if not merkle.verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise ProofInvalid(Fault.INCLUSION, f"the audit path of entry {proof.index} leads to another root")
    return checkpoint
