"""What negotiations say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.terms.document import OdrlTerms, Terms
from contracts.terms.effects import Difference
from market.negotiation.states import EndCode, NegotiationState, RoundKind
from market.offers.schemas import Moment, Reason

Id = Annotated[str, Meta(max_length=40)]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
Purpose = Annotated[str, Meta(min_length=1, max_length=60)]
UseCase = Annotated[str, Meta(max_length=400)]
Note = Annotated[str, Meta(max_length=1000)]


class RequestNegotiation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask a provider for terms: those of one of its offers for a purpose, or terms of one's own; one of the two.

    Terms are given as `terms`, or with their policy in ODRL as `odrl_terms`.
    """

    offer_id: Id | None = None
    purpose: Purpose | None = None
    use_case: UseCase = ""
    terms: Terms | None = None
    expires_at: Moment | None = None
    withdrawable: bool = True
    note: Note = ""
    odrl_terms: OdrlTerms | None = None


class ProposeNegotiation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Offer terms to the consumer that they name, and to nobody else; `odrl_terms` have their policy in ODRL."""

    terms: Terms | None = None
    expires_at: Moment | None = None
    withdrawable: bool = True
    note: Note = ""
    odrl_terms: OdrlTerms | None = None


class CounterNegotiation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answer with other terms, which take the place of those that stand; `odrl_terms` have their policy in ODRL."""

    terms: Terms | None = None
    expires_at: Moment | None = None
    withdrawable: bool = True
    note: Note = ""
    odrl_terms: OdrlTerms | None = None


class AcceptNegotiation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accept what the other side said last, by its digest."""

    terms_digest: Digest


class EndNegotiation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reject what the other side said last, or take back what one said oneself."""

    reason: Reason


class TakeOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accept a public offer at once, for one of the purposes that it permits."""

    purpose: Purpose
    use_case: UseCase = ""


class ApproveNegotiation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say yes, as one whom one's party's rule names, to what stands now, by its digest."""

    terms_digest: Digest


class RoundsDifference(msgspec.Struct, frozen=True):
    """What became of the terms from one round to another."""

    negotiation_id: str
    old_round: int
    new_round: int
    changes: list[Difference]


class RoundView(msgspec.Struct, frozen=True):
    """One round, with the whole terms of it."""

    n: int
    by: str
    kind: RoundKind
    terms: Terms
    terms_digest: str
    expires_at: datetime | None
    withdrawable: bool
    note: str
    at: datetime


class NegotiationSummary(msgspec.Struct, frozen=True):
    """A negotiation as a list shows it.

    `owner` is the party whose move it is, `due_at` until when; `end_code` is why it ended without an agreement.
    One about a contract on services has no listing, and no order comes of it.
    """

    id: str
    provider: str
    consumer: str
    listing_id: str | None
    offer_id: str | None
    status: NegotiationState
    allowed_actions: list[str]
    owner: str | None
    due_at: datetime | None
    on_due: EndCode | None
    end_code: EndCode | None
    reason: str | None
    last_round: int
    terms_digest: str | None
    order_id: str | None
    agreement_id: str | None
    initiated_by: str
    opened_at: datetime


class NegotiationView(NegotiationSummary, frozen=True):
    """A negotiation with every round of it; both sides see all."""

    rounds: list[RoundView]
