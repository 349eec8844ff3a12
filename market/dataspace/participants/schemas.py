"""What participants and counterparties say in the management API."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from market.dataspace.states import Authentication


class Standing(StrEnum):
    """What a participant lets happen by itself (decision 0126)."""

    ACCEPT_PUBLIC_TERMS = "accept-public-terms"
    VERIFY = "verify"
    FINALIZE = "finalize"
    START = "start"


Identifier = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=400,
        pattern=r"^[!-~]+$(?!\n)",
        examples=["did:web:connector.example.cn"],
    ),
]
Address = Annotated[str, Meta(min_length=8, max_length=2000, examples=["https://connector.example.cn/api/dsp"])]
Token = Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"^[!-~]+( [!-~]+)?$(?!\n)")]


class AddCounterparty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A connector outside with which one wants to speak: its identifier and address, and how each knows the other.

    `token_out` is the fixed token to send it; with self-issued tokens there is none.
    """

    did: Identifier
    address: Address
    authentication: Authentication = Authentication.TOKEN
    token_out: Token | None = None


class ChangeCounterparty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another address, another way to know each other, or another token to send; what is not given stays."""

    address: Address | None = None
    authentication: Authentication | None = None
    token_out: Token | None = None


class SetStanding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to happen by itself from now on; an empty list stops all of it."""

    standing: Annotated[list[Standing], Meta(max_length=10)]


class ParticipantView(msgspec.Struct, frozen=True):
    """The caller as a participant."""

    party_id: str
    did: str
    address: str
    version_address: str
    standing: list[str]
    connector_keys: list[str]


class CounterpartyView(msgspec.Struct, frozen=True):
    """A counterparty without its tokens."""

    id: str
    participant: str
    did: str
    party_id: str | None
    address: str
    authentication: str
    sends_token: bool
    active: bool
    created_at: datetime


class NewCounterpartyView(msgspec.Struct, frozen=True):
    """A counterparty with the token that it sends, shown this once; a repeat is answered with null in its place.

    One that issues its tokens itself has none.
    """

    SHOWN_ONCE: ClassVar = ("token_in",)

    counterparty: CounterpartyView
    token_in: str | None
    previous_valid_until: datetime | None
