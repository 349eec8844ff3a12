"""The keys of one log over its life: who signs now, who signed before, and which witnesses may cosign."""

from dataclasses import dataclass

from kernel.crypto.signing import Signer
from kernel.tlog.note import KIND_LOG, KIND_WITNESS, Checkpoint, NoteInvalid, VerifierKey, sign_checkpoint


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness that may cosign; where it has an address we tell it of new heads, else it comes by itself."""

    key: VerifierKey
    url: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Witness":
        """Read `key` or `key@https://…`; raises NoteInvalid."""
        name, at, rest = text.partition("@http")
        key = VerifierKey.parse(name)
        if key.kind != KIND_WITNESS:
            raise NoteInvalid(f"{name} is a key of another kind")
        if at and not rest.startswith(("://", "s://")):
            raise NoteInvalid(f"not the address of a witness: http{rest[:80]}")
        return cls(key, f"http{rest}" if at else None)


@dataclass(frozen=True, slots=True)
class LogKeys:
    """A log's name with its keys. The first signer is the present key; others sign beside it during an overlap.

    `retired` keys sign nothing more, but what they signed stays true and must stay verifiable. Of the `witnesses`
    those that are `told` of new heads have an address.
    """

    origin: str
    signers: tuple[Signer, ...]
    retired: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()
    told: tuple[Witness, ...] = ()

    def __post_init__(self) -> None:
        if not self.signers:
            raise ValueError("a log needs a key to sign with")
        if any(key.name != self.origin for key in self.retired):
            raise ValueError(f"an earlier key of the log is not one of {self.origin}")

    @property
    def trusted(self) -> tuple[VerifierKey, ...]:
        """Every key whose signature under a head is this log's own, the present one first."""
        present = [VerifierKey(self.origin, KIND_LOG, signer.public) for signer in self.signers]
        return tuple(dict.fromkeys((*present, *self.retired)))

    def sign(self, checkpoint: Checkpoint) -> str:
        """The head, signed by every key that signs now."""
        return sign_checkpoint(checkpoint, *self.signers)

    def __str__(self) -> str:
        return ", ".join(str(key) for key in self.trusted)
