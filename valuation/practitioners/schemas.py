"""What a firm says of its valuers."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Id = Annotated[str, Meta(max_length=40)]
Interests = Annotated[
    list[Id],
    Meta(
        max_length=100,
        description="利害关系：持股、任职或有密切关系的主体 · parties one holds, works for or is close to",
    ),
]


class RegisterPractitioner(Struct, frozen=True, forbid_unknown_fields=True):
    """Register a valuer of one's firm by a signing key that only this person uses, and by how the person acts.

    That is an API key of their own, or their being the firm's member who signs in: one of the two.
    """

    name: Annotated[str, Meta(min_length=2, max_length=60)]
    registration_number: Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{6,30}$(?!\n)", max_length=30)]
    signing_key_id: Id
    proof: Annotated[
        str,
        Meta(
            max_length=200,
            description="占有证明：对登记号与密钥或成员编号的签名 · "
            "base64 of the signature over `liutong practitioner <registration_number> <id>`, the id of the API key"
            " or of the member",
        ),
    ]
    api_key_id: Id | None = None
    member_id: Id | None = None
    interests: Interests = []


class DeclareInterests(Struct, frozen=True, forbid_unknown_fields=True):
    """Declare the parties in which one has an interest; the new list takes the place of the old."""

    interests: Interests


class PractitionerView(Struct, frozen=True):
    """A valuer of a firm."""

    id: str
    firm: str
    name: str
    registration_number: str
    api_key_id: str | None
    member_id: str | None
    signing_key_id: str
    interests: list[str]
    interests_declared_at: datetime
    created_at: datetime
    ended_at: datetime | None
