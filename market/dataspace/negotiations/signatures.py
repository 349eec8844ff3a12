"""What came with a message as its sender's word: a signature by a key registered here, or the message itself."""

from sqlalchemy import select

from kernel.act import Act
from kernel.crypto import signing
from kernel.identity.models import SigningKey
from market.dataspace.errors import MessageRefused
from market.dataspace.messages.shapes import fault
from market.dataspace.models import DataspaceAgreement, DataspaceReceived
from market.dataspace.negotiations import agreements
from market.dataspace.participants.queries import Caller
from market.dataspace.states import DataspaceSide


async def note(
    act: Act,
    agreement: DataspaceAgreement,
    caller: Caller,
    received: DataspaceReceived,
    side: DataspaceSide,
) -> SigningKey | None:
    """Put the sender's word beside the agreement; gives the key where it signed with one that its party has here.

    Raises MessageRefused for a signature by such a key that is not over this agreement. A signature by a key that is
    not registered here shows nothing here, so the message stands for itself and is kept whole.
    """
    key, message = None, agreements.message_received(caller, received)
    if (claimed := agreements.claimed(received.body)) is not None and caller.party_id is not None:
        key = await act.session.scalar(
            select(SigningKey).where(
                SigningKey.public_key == claimed[0],
                SigningKey.party_id == caller.party_id,
                SigningKey.revoked_at.is_(None),
            )
        )
    if key is not None and claimed is not None:
        if not signing.verify_text(key.public_key, claimed[1], agreement.signing_text):
            wrong = fault(f"/{agreements.SIGNATURE}", "签名无效", "The signature is not over this agreement")
            raise MessageRefused(errors=[wrong], why="signature")
        agreements.add(agreement, agreements.by_key(act, side, key, claimed[1], message))
        return key
    agreements.add(agreement, agreements.by_message(act, side, message))
    return None
