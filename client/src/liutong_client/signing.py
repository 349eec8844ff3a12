"""A party's own signing key: it stays on this machine, and only what it signs leaves."""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from liutong_client import models as m
from liutong_client.problems import AnswerUnreadable
from liutong_client.verification.encodings import Unreadable, multibase
from liutong_client.verification.encodings import digest as digest_of

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key, kept as 64 hexadecimal digits in a file that only its owner reads: as `liutong keys` keeps it."""

    _private: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"SigningKey({self.public_key})"

    @staticmethod
    def generate() -> "SigningKey":
        """A new key, in memory only."""
        return SigningKey(Ed25519PrivateKey.generate())

    @staticmethod
    def create(path: Path | str) -> "SigningKey":
        """A new key in a file of mode 0600; raises FileExistsError: a key is never overwritten."""
        private = Ed25519PrivateKey.generate()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(private.private_bytes_raw().hex() + "\n")
        return SigningKey(private)

    @staticmethod
    def read(path: Path | str) -> "SigningKey":
        """The key in a file; raises OSError, and ValueError where the file holds none."""
        text = Path(path).read_text(encoding="ascii").strip()
        try:
            seed = bytes.fromhex(text)
        except ValueError:
            seed = b""
        if len(seed) != SEED_BYTES:
            raise ValueError(f"{Path(path).name}: 须为 64 位十六进制 · a key file holds 64 hexadecimal digits")
        return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> str:
        """The public half as the centre registers it."""
        return multibase(self._private.public_key().public_bytes_raw())

    @property
    def proof(self) -> str:
        """What proves to the centre that its holder registers it."""
        return self.sign(f"liutong signing key: {self.public_key}")

    def sign(self, text: str) -> str:
        """The signature over a text, as the API takes it; read the text before."""
        return base64.b64encode(self._private.sign(text.encode("utf-8"))).decode("ascii")


def text_to_sign(agreement: m.AgreementView, order_id: str, digest: str | None = None) -> str:
    """What a party signs of the agreement of an order, made here from the content that it was shown.

    Raises AnswerUnreadable where the centre asks for anything else to be signed, where the content is of another order
    or agreement, and where it is not that of `digest`, which the party has read.
    """
    content = agreement.content
    try:
        own = digest_of(content)
    except Unreadable as problem:
        raise AnswerUnreadable(f"{order_id}: 协议内容无法读取 · the agreement cannot be read: {problem}") from None
    named = (content.get("agreement_id"), content.get("order_id"), agreement.order_id)
    if named != (agreement.id, order_id, order_id):
        raise AnswerUnreadable(f"{order_id}: 所示为另一订单的协议 · the agreement shown is of another order")
    text = f"liutong agreement {agreement.id} {own}"
    if (agreement.digest, agreement.signing_text) != (own, text):
        raise AnswerUnreadable(f"{order_id}: 待签文字与协议内容不符 · the text to be signed is not that of the content")
    if digest is not None and digest != own:
        raise AnswerUnreadable(
            f"{order_id}: 协议不是已阅读的那一份 · the agreement is not the one that was read: {own}"
        )
    return text
