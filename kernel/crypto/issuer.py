"""Who signs the centre's documents, by name and key."""

from dataclasses import dataclass

from kernel.crypto import signing


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs the centre's documents: its name (did:web), its public address, its key and the keys before it."""

    did: str
    public_url: str
    signer: signing.Signer
    earlier: tuple[bytes, ...] = ()

    @property
    def method(self) -> str:
        """The verification method: the key by its own fingerprint, so that rotation never renames an old one."""
        return f"{self.did}#{signing.multibase(self.signer.public)}"

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Every public key that documents in circulation may be signed with, the present one first."""
        return tuple(dict.fromkeys((self.signer.public, *self.earlier)))
