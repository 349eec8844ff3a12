"""Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint and the Ed25519 form of tlog-cosignature.

Parsing is strict, base64 included: a note has one spelling, so a changed byte cannot hide in its encoding.
Lines are cut at U+000A only; Python's splitlines() would also cut at characters that a note may contain.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from kernel.crypto import signing
from kernel.tlog.merkle import HASH_SIZE

NOTE_CHARACTERS_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 100
KIND_LOG: Final = 0x01
"""Plain Ed25519 over the note's text: how a log signs its checkpoint."""
KIND_WITNESS: Final = 0x04
"""Timestamped Ed25519 cosignature: how a witness says that it saw a consistent log."""

_DASH: Final = "\u2014 "
_KEY_ID_SIZE: Final = 4
_PUBLIC_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64
_TIME_SIZE: Final = 8
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_VKEY: Final = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


class NoteInvalid(ValueError):
    """A note, checkpoint or key is malformed, or nobody trusted has signed it."""


def decode64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling; raises NoteInvalid for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid(f"not base64: {text[:80]!r}") from None
    if encode64(data) != text:
        raise NoteInvalid(f"not canonical base64: {text[:80]!r}")
    return data


def encode64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def decode_number(text: str) -> int:
    """An ASCII decimal without leading zeroes, below 10^19; raises NoteInvalid."""
    if not _DECIMAL.fullmatch(text):
        raise NoteInvalid(f"not a plain decimal number: {text[:80]!r}")
    return int(text)


def require_name(name: str) -> str:
    """A key name is not empty and holds neither a plus nor any kind of space; raises NoteInvalid."""
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise NoteInvalid(f"not a key name: {name[:80]!r}")
    return name


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A trusted public key with the name it signs under; published as `name+id+base64(kind ‖ key)`."""

    name: str
    kind: int
    public: bytes
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        require_name(self.name)
        if self.kind not in (KIND_LOG, KIND_WITNESS) or len(self.public) != _PUBLIC_SIZE:
            raise NoteInvalid(f"key {self.name!r}: only Ed25519 keys of the kinds 1 and 4 are known")
        hashed = sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()
        object.__setattr__(self, "id", hashed[:_KEY_ID_SIZE])

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a published key; raises NoteInvalid when its id is not its own."""
        match = _VKEY.fullmatch(text)
        material = decode64(match[3]) if match else b""
        if match is None or len(material) != 1 + _PUBLIC_SIZE:
            raise NoteInvalid(f"not a verifier key: {text[:120]!r}")
        key = cls(match[1], material[0], material[1:])
        if key.id.hex() != match[2]:
            raise NoteInvalid(f"the id of verifier key {key.name!r} does not belong to it")
        return key

    def accepts(self, text: str, value: bytes) -> bool:
        """Whether `value`, which follows the key id in a signature line, signs the text as this key."""
        if self.kind == KIND_LOG:
            return len(value) == _SIGNATURE_SIZE and signing.verify(self.public, value, text.encode())
        if len(value) != _TIME_SIZE + _SIGNATURE_SIZE:
            return False
        message = _cosigned(text, int.from_bytes(value[:_TIME_SIZE], "big"))
        return signing.verify(self.public, value[_TIME_SIZE:], message)


def vkey(name: str, public: bytes) -> str:
    """The text form of a log's key, to be published and compared."""
    return str(VerifierKey(name, KIND_LOG, public))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, not yet believed."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encode64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the lines under it; which of them are believed is for `open_note` to say."""

    text: str
    signatures: tuple[Signature, ...]


def _cosigned(text: str, at_seconds: int) -> bytes:
    """What a witness signs: the time and the whole text, set apart from other messages by the first line."""
    return f"cosignature/v1\ntime {at_seconds}\n{text}".encode()


def _line(key: VerifierKey, value: bytes) -> str:
    return f"{_DASH}{key.name} {encode64(key.id + value)}\n"


def sign(text: str, name: str, *signers: signing.Signer) -> str:
    """The note with a signature of each key under one name; raises NoteInvalid for a text that no note can hold."""
    lines = [_line(VerifierKey(name, KIND_LOG, each.public), each.sign(text.encode())) for each in signers]
    note = f"{text}\n{''.join(lines)}"
    parse(note)
    return note


def cosignature(text: str, name: str, signer: signing.Signer, at_seconds: int) -> str:
    """A witness's line, to be appended to a checkpoint that it found consistent with all it saw before."""
    key = VerifierKey(name, KIND_WITNESS, signer.public)
    return _line(key, at_seconds.to_bytes(_TIME_SIZE, "big") + signer.sign(_cosigned(text, at_seconds)))


def parse(note: str) -> Note:
    """Split a note into text and signatures without believing any; raises NoteInvalid."""
    if len(note) > NOTE_CHARACTERS_MAX:
        raise NoteInvalid("the note is too long")
    try:
        note.encode()
    except UnicodeEncodeError:
        raise NoteInvalid("the note is not UTF-8") from None
    if any(c < " " and c != "\n" for c in note):
        raise NoteInvalid("the note holds a control character")
    blank = note.rfind("\n\n")
    if blank < 0 or not note.endswith("\n"):
        raise NoteInvalid("the note is not a text, an empty line and signature lines")
    lines = note[blank + 2 :].split("\n")[:-1]
    if not 1 <= len(lines) <= SIGNATURES_MAX:
        raise NoteInvalid(f"the note carries {len(lines)} signatures, not 1 to {SIGNATURES_MAX}")
    return Note(note[: blank + 1], tuple(_signature(line) for line in lines))


def _signature(line: str) -> Signature:
    """Read one signature line; raises NoteInvalid."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = decode64(encoded)
    if not line.startswith(_DASH) or len(data) <= _KEY_ID_SIZE:
        raise NoteInvalid(f"not a signature line: {line[:80]!r}")
    return Signature(require_name(name), data[:_KEY_ID_SIZE], data[_KEY_ID_SIZE:])


def open_note(note: str, keys: Iterable[VerifierKey]) -> tuple[Note, tuple[VerifierKey, ...]]:
    """The note and the trusted keys that signed it; unknown signers are ignored, as the standard demands.

    Raises NoteInvalid when a trusted key's signature is wrong, or when no trusted key signed at all.
    """
    parsed = parse(note)
    trusted = {(key.name, key.id): key for key in keys}
    believed: list[VerifierKey] = []
    for line in parsed.signatures:
        key = trusted.get((line.name, line.key_id))
        if key is None:
            continue
        if not key.accepts(parsed.text, line.value):
            raise NoteInvalid(f"the signature of {key.name!r} does not match the text")
        believed.append(key)
    if not believed:
        raise NoteInvalid("no trusted key has signed the note")
    return parsed, tuple(dict.fromkeys(believed))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: which log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def body(self) -> str:
        """The note text, line by line as the specification orders."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, encode64(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text; raises NoteInvalid unless it is a checkpoint to the letter."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteInvalid("a checkpoint has at least three lines and no empty one")
        head = decode64(lines[2])
        if len(head) != HASH_SIZE:
            raise NoteInvalid("the root hash of a checkpoint has 32 bytes")
        return cls(lines[0], decode_number(lines[1]), head, tuple(lines[3:-1]))


def open_checkpoint(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint of a note signed by the log itself; witnesses alone do not speak for a log.

    Raises NoteInvalid otherwise.
    """
    parsed, believed = open_note(note, keys)
    checkpoint = Checkpoint.parse(parsed.text)
    if not any(key.kind == KIND_LOG and key.name == checkpoint.origin for key in believed):
        raise NoteInvalid(f"no trusted key of {checkpoint.origin!r} itself has signed the checkpoint")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, *signers: signing.Signer) -> str:
    """The log's signed statement; whoever calls this must know that it extends every earlier one.

    While a key is being replaced the new and the old one both sign, so that every verifier knows one of them.
    """
    return sign(checkpoint.body(), checkpoint.origin, *signers)


def cosigned_at(line: Signature) -> int:
    """When a witness says that it signed, in seconds; only for a line that its key accepted."""
    return int.from_bytes(line.value[:_TIME_SIZE], "big")


def witnessed(note: str, witnesses: Sequence[VerifierKey]) -> tuple[str, ...]:
    """The names of the trusted witnesses that cosigned; raises NoteInvalid when one of their lines is wrong."""
    parsed, trusted = parse(note), {(key.name, key.id): key for key in witnesses}
    seen = []
    for line in parsed.signatures:
        key = trusted.get((line.name, line.key_id))
        if key is not None and not key.accepts(parsed.text, line.value):
            raise NoteInvalid(f"the cosignature of {line.name!r} does not match the text")
        if key is not None:
            seen.append(key.name)
    return tuple(dict.fromkeys(seen))
