"""Accesses, policies and meters on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts.usage.gate import Factor
from contracts.usage.tree import UsagePolicy
from kernel.text import Text

Word = Annotated[str, Meta(min_length=1, max_length=60)]
Amount = Annotated[int, Meta(ge=0, le=10**15)]


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An access under an agreement: what is left out is taken from the agreement and its parties.

    `place` is a place of GB/T 2260 or ISO 3166-1 as in grants, else where the consumer is registered; `purpose` the
    declared one; `rows` those of the revision.
    """

    action: Annotated[Word, Meta(examples=["use"])] = "use"
    purpose: Word | None = None
    place: Annotated[Word, Meta(examples=["CN-15"])] | None = None
    environment: Annotated[Word, Meta(examples=["open"])] = "open"
    revision_id: Annotated[str, Meta(max_length=40)] | None = None
    calls: Annotated[int, Meta(ge=1, le=10**9)] = 1
    rows: Amount | None = None
    seconds: Amount = 0


class FailedRule(msgspec.Struct, frozen=True):
    """A rule that stands against an access: the place in the policy at which it failed, and why."""

    pointer: str
    detail: Text


class AccessDecisionView(msgspec.Struct, frozen=True):
    """What the gate says of an access that was not made: permitted by a rule, or why not."""

    permit: bool
    rule: str | None
    factor: Factor | None
    reason: Text | None
    failed: list[FailedRule]


class SentenceView(msgspec.Struct, frozen=True):
    """A node of the policy as a sentence; `id` is its place in the tree, `values` what it holds."""

    id: str
    values: tuple[str, ...]
    text: Text


class MetersView(msgspec.Struct, frozen=True):
    """What was used under an agreement so far: uses, rows and seconds; `calls_reserved` wait for their answer."""

    calls: int
    calls_reserved: int
    rows: int
    seconds: int
    first_access_at: datetime | None


class AgreementPolicyView(msgspec.Struct, frozen=True):
    """An agreement's policy as a tree, in ODRL 2.2 and as sentences, with its meters."""

    agreement_id: str
    policy: UsagePolicy
    odrl: dict[str, Any]
    sentences: list[SentenceView]
    meters: MetersView


class ReleaseView(msgspec.Struct, frozen=True):
    """An access that the gate permitted, and what it took of the meters."""

    id: str
    agreement_id: str
    party_id: str | None
    rule: str
    revision_id: str | None
    action: str
    purpose: str | None
    place: str | None
    environment: str | None
    calls: int
    rows: int | None
    seconds: int
    at: datetime
