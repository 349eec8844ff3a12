"""The public log as C2SP writes it: signed notes, checkpoints, and proofs that an entry is included.

c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-proof and RFC 9162 section 2.1.3.2.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from liutong_client.verification.encodings import Unreadable, from_base64, signed

PROOF: Final = "c2sp.org/tlog-proof@v1"
LOG: Final = 1
WITNESS: Final = 4
HASHES_MAX: Final = 63
SIGNATURES_MAX: Final = 100
NOTE_CHARACTERS_MAX: Final = 1_000_000

_DASH: Final = "\u2014 "
_KEY: Final = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class NotIncluded(ValueError):
    """The proof does not show that the entry is in a log that a trusted key signed."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """A trusted key of a log, or of a witness that saw it: `name+id+base64(kind ‖ key)`."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @staticmethod
    def parse(text: str) -> "LogKey":
        """Read a published key; raises Unreadable where its id is not its own."""
        match = _KEY.fullmatch(text)
        material = from_base64(match[3]) if match else b""
        if match is None or len(material) != 33 or material[0] not in (LOG, WITNESS):
            raise Unreadable(f"不是日志公钥 · not a key of a log: {text[:80]!r}")
        own = hashlib.sha256(match[1].encode() + b"\n" + material).digest()[:4]
        if own.hex() != match[2]:
            raise Unreadable(f"编号与公钥不符 · the id of {match[1]!r} is not that of its key")
        return LogKey(match[1], own, material[0], material[1:])

    def signs(self, text: str, value: bytes) -> bool:
        """Whether the value after the key's id in a signature line is this key's over the text."""
        if self.kind == LOG:
            return len(value) == 64 and signed(self.public, value, text.encode())
        if len(value) != 72:
            return False
        at = int.from_bytes(value[:8], "big")
        return signed(self.public, value[8:], f"cosignature/v1\ntime {at}\n{text}".encode())


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a log that its own key signed."""

    origin: str
    size: int
    root: bytes


def head(note: str, keys: Sequence[LogKey]) -> Head:
    """The head in a signed checkpoint; raises NotIncluded unless the log's own trusted key signed it.

    A wrong signature of any trusted key makes the note worthless; keys that nobody trusts are passed over.
    """
    text, lines = _split(note)
    trusted = {(key.name, key.id): key for key in keys}
    believed = []
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        data = from_base64(encoded)
        key = trusted.get((name, data[:4]))
        if not line.startswith(_DASH) or len(data) <= 4:
            raise NotIncluded("签名行有误 · a line of a signature is malformed")
        if key is not None and not key.signs(text, data[4:]):
            raise NotIncluded(f"{name} 的签名与检查点不符 · the signature of {name} is not over this checkpoint")
        if key is not None:
            believed.append(key)
    parts = text.split("\n")
    if len(parts) < 4 or parts[-1] or not all(parts[:-1]) or not _NUMBER.fullmatch(parts[1]):
        raise NotIncluded("检查点格式有误 · the checkpoint is malformed")
    if not any(key.kind == LOG and key.name == parts[0] for key in believed):
        raise NotIncluded(f"检查点未经 {parts[0]} 的可信密钥签署 · no trusted key of {parts[0]} signed the checkpoint")
    root = from_base64(parts[2])
    if len(root) != 32:
        raise NotIncluded("根哈希长度有误 · the root is no SHA-256")
    return Head(parts[0], int(parts[1]), root)


def _split(note: str) -> tuple[str, list[str]]:
    """The text of a note and its lines of signatures."""
    blank = note.rfind("\n\n")
    if len(note) > NOTE_CHARACTERS_MAX or blank < 0 or not note.endswith("\n"):
        raise NotIncluded("不是签名文本 · not a signed note")
    lines = note[blank + 2 :].split("\n")[:-1]
    if not 1 <= len(lines) <= SIGNATURES_MAX or any(c < " " and c != "\n" for c in note):
        raise NotIncluded("签名文本格式有误 · the signed note is malformed")
    return note[: blank + 1], lines


def included(entry: bytes, proof: str, keys: Sequence[LogKey]) -> Head:
    """The head under which an entry is proved to be logged; raises NotIncluded."""
    try:
        return _included(entry, proof, keys)
    except Unreadable as problem:
        raise NotIncluded(str(problem)) from None


def _included(entry: bytes, proof: str, keys: Sequence[LogKey]) -> Head:
    top, separator, note = proof.partition("\n\n")
    first, *lines = top.split("\n")
    if first != PROOF or not separator or len(proof) > NOTE_CHARACTERS_MAX:
        raise NotIncluded(f"不是 {PROOF} · not a proof of that form")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    number = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
    if not _NUMBER.fullmatch(number) or len(lines) > HASHES_MAX:
        raise NotIncluded("证明格式有误 · the proof is malformed")
    path = [from_base64(line) for line in lines]
    if any(len(each) != 32 for each in path):
        raise NotIncluded("路径中有非 SHA-256 · the path holds what is no SHA-256")
    signed_head = head(note, keys)
    leaf = hashlib.sha256(b"\0" + entry).digest()
    if _root(leaf, int(number), signed_head.size, path) != signed_head.root:
        raise NotIncluded("条目不在该日志中 · the entry does not lead to the log's root")
    return signed_head


def _root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to; None where the path is too long or too short for the place."""
    if index >= size:
        return None
    here, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if here % 2 or here == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while here and here % 2 == 0:
                here, last = here // 2, last // 2
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        here, last = here // 2, last // 2
    return node if last == 0 else None
