"""What admission and access say on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.identity.states import PartyState

Name = Annotated[str, Meta(min_length=2, max_length=100)]
Roles = Annotated[list[Annotated[str, Meta(max_length=30)]], Meta(min_length=1, max_length=8)]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the centre speaks to."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    email: Annotated[str, Meta(max_length=254)]
    phone: Annotated[str, Meta(max_length=30)] = ""


class NewMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first person who signs in for the party: an administrator with all its roles."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(min_length=12, max_length=128)]


class ApplyForAdmission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation asks to take part."""

    uscc: Annotated[str, Meta(max_length=18, examples=["91150100MA0NB1KX5T"])]
    name: Name
    kind: Annotated[str, Meta(max_length=30, examples=["enterprise"])]
    roles: Roles
    pledges: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)]
    contact: Contact
    member: NewMember | None = None


class DecideAdmission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's decision on a party."""

    action: Annotated[str, Meta(pattern=r"^(admit|refuse|suspend|restore|renew)$(?!\n)")]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    proof: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    """What shows that the applicant holds its credit code; needed where several applications bear the code."""


class PartyView(msgspec.Struct, frozen=True):
    """A party as others see it."""

    id: str
    uscc: str
    name: str
    kind: str
    roles: list[str]
    pledges: list[str]
    status: PartyState
    allowed_actions: list[str]
    decision_reason: str | None
    admitted_until: Annotated[
        date | None, Meta(description="成员资格的最后一日 · the last day of the membership, unless it is renewed")
    ]
    created_at: datetime
    contact: Annotated[
        Contact | None,
        Meta(description="联系人，仅本方与中心可见 · whom to speak to, for the party and the centre only"),
    ] = None
    alike: list[str] = []
    """Other parties of the same code or name that are not refused; for those who decide."""


class CreateKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Make another key of one's own party."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    roles: Roles
    days_valid: Annotated[int, Meta(ge=1, le=730)] | None = None
    """A year unless it says otherwise; never beyond the end of the key that makes it."""


class ReissueKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Replace all keys of a party that lost them."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class KeyView(msgspec.Struct, frozen=True):
    """A key without its secret."""

    id: str
    party_id: str
    name: str
    prefix: str
    roles: list[str]
    made_by: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class WhoAmI(msgspec.Struct, frozen=True):
    """Who calls: the party, the key that was sent, and what this key may do now."""

    party: PartyView
    key: KeyView
    roles: list[str]
    permissions: list[str]


class NewKeyView(msgspec.Struct, frozen=True):
    """A new key with its secret, which is shown this once."""

    key: KeyView
    secret: str


class RedeemInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A watching office takes its first key."""

    invitation: Annotated[str, Meta(min_length=1, max_length=100)]


class AdmissionView(msgspec.Struct, frozen=True):
    """The answer to an application: the party, and a key that works from its admission on."""

    party: PartyView
    key: KeyView
    secret: str


class RegisterSigningKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Register the public half of a signing key, with proof of the private half."""

    public_key: Annotated[str, Meta(max_length=100, examples=["z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"])]
    proof: Annotated[
        str,
        Meta(
            max_length=200,
            description="占有证明：对公钥的签名 · base64 of the signature over `liutong signing key: <public_key>`",
        ),
    ]


class SigningKeyView(msgspec.Struct, frozen=True):
    """A registered signing key."""

    id: str
    party_id: str
    public_key: str
    created_at: datetime
    revoked_at: datetime | None
