"""Terms (合同条件): what is offered and agreed, as one typed document with one digest.

The order, the agreement, the grant, the price and the gate read it; nothing copies it. What is to be added to prices
and service levels is added here as members; what they compute stands in the market.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from contracts.clauses.use import ClauseUse
from contracts.terms.errors import NothingLicensed
from contracts.terms.prices import PriceTerms
from contracts.terms.service_levels import OBJECTIVES_MAX, CreditRate, ServiceObjective
from contracts.usage.tree import UsagePolicy
from kernel.crypto import canonical

FORM: Final = "2026-11"
"""The form of the document; terms of an earlier one are read by what that one was."""

MODEL: Final = "provision"
"""The model contract of data that is provided as it is listed (数据提供合同)."""

CLAUSES_MAX: Final = 60

PartyId = Annotated[str, Meta(pattern=r"^pty_[0-9a-z]{1,36}$(?!\n)")]
Count = Annotated[int, Meta(ge=1, le=10**9)]


class Delivery(StrEnum):
    """How the data reaches its user: as files, or computed with where it stays (可用不可见); none, of a service."""

    FILES = "files"
    COMPUTING = "computing"
    NONE = "none"


class ServiceLevels(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the provider promises of its service (服务水平); what is not said is not promised.

    Objectives are measured by the platform, and a breach earns a credit by itself: the worst one's in a window, or with
    `add_up` that of each, in all at most `credit_cap` of the window's fee.
    """

    availability_basis_points: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    quality_score_min: Annotated[int, Meta(ge=0, le=100)] | None = None
    update_days_max: Count | None = None
    answer_hours_max: Count | None = None
    objectives: Annotated[tuple[ServiceObjective, ...], Meta(max_length=OBJECTIVES_MAX)] = ()
    credit_cap: CreditRate = "1"
    add_up: bool = False


class Commission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an intermediary gets of all that is distributed of the price (居间报酬)."""

    party: PartyId
    rate: Annotated[str, Meta(pattern=r"^0\.[0-9]{1,6}$(?!\n)", examples=["0.03"])]


class _Agreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    form: Annotated[str, Meta(max_length=20)]
    model: Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,39}$(?!\n)", examples=["provision"])]
    provider: PartyId
    price: PriceTerms
    delivery: Delivery
    consumer: PartyId | None = None
    listing: Annotated[str, Meta(max_length=40)] | None = None
    purpose: Annotated[str, Meta(max_length=60)] | None = None
    use_case: Annotated[str, Meta(max_length=400)] = ""
    service: ServiceLevels = ServiceLevels()
    clauses: Annotated[tuple[ClauseUse, ...], Meta(max_length=CLAUSES_MAX)] = ()
    commissions: Annotated[tuple[Commission, ...], Meta(max_length=5)] = ()


class Terms(_Agreed, frozen=True, kw_only=True):
    """What is offered, to somebody or, without a consumer, to the public.

    Asset, revisions and period are those of the policy: no revision named is every revision while it is in force.
    `model` is the model contract that the clauses follow, `listing` the product that is traded. `purpose` is what the
    consumer declared that it wants the data for, one of the policy's. `commissions` are paid out of the price.

    A contract on services, such as an intermediary's (数据中介服务), licenses nothing: it has no policy and no listing,
    says in `use_case` what the service is about, and has its last day, in China, in `ends_on`.
    """

    policy: UsagePolicy | None = None
    ends_on: date | None = None

    @property
    def licence(self) -> UsagePolicy:
        """The policy, of terms that have one; raises NothingLicensed for a contract on services."""
        if self.policy is None:
            raise NothingLicensed
        return self.policy


class OdrlTerms(_Agreed, frozen=True, kw_only=True):
    """Terms whose policy is given in ODRL 2.2 (JSON-LD) by the centre's profile; kept and signed they are `Terms`."""

    odrl: Annotated[
        dict[str, Any],
        Meta(description="ODRL 2.2 的 Set 或 Offer，按本中心 profile · a Set or Offer by the centre's profile"),
    ]


def plain(terms: Terms) -> dict[str, Any]:
    """Terms as the plain JSON value that is stored, sent and signed."""
    value: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(terms))
    return value


def parsed(value: Any) -> Terms:
    """Read stored terms back; raises msgspec.ValidationError for anything else."""
    return msgspec.convert(value, Terms)


def digest(terms: Terms) -> str:
    """The digest by which terms are frozen (RFC 8785, SHA-256)."""
    return canonical.digest(plain(terms))
