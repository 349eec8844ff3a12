"""The gate: one decision for every access, pure. `decide` permits, or refuses and names the rule; nothing else decides.

In this order: the object, the state, words that the vocabulary lacks, prohibitions, permissions. Whatever a request
leaves out fails a permission and falls under a prohibition, so what is unknown is refused. A policy is compiled once:
its words become bits of the trees they stand in, so that a decision compares numbers.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from contracts.usage.tree import PHASES, Permission, Phase, Prohibition, Since, UsagePolicy
from rights.grants.rules import within
from rights.grants.vocabulary import ANYONE, Words, words

NEVER: Final = datetime.max.replace(tzinfo=UTC)
ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
PLACES_MAX: Final = 4096
"""Places that a compiled policy remembers; beyond them each is compared again."""


class Factor(StrEnum):
    """What a decision turned on: the five controllable factors (可控五要素), meters, and what comes before."""

    OBJECT = "object"
    STATE = "state"
    UNKNOWN = "unknown"
    PROHIBITED = "prohibited"
    ACTION = "action"
    PURPOSE = "purpose"
    PLACE = "place"
    ENVIRONMENT = "environment"
    RECIPIENT = "recipient"
    TIME = "time"
    WINDOW = "window"
    COUNT = "count"
    VOLUME = "volume"
    DURATION = "duration"
    DEPTH = "depth"
    DUTY = "duty"


class State(StrEnum):
    """How the agreement stands."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    ENDED = "ended"


class AccessRequest(msgspec.Struct, frozen=True):
    """Who wants to do what with which data: a subject, an action, an object, a time and a place.

    `recipient` holds the terms that the recipient answers to, its party and its classes. What is None is not known;
    of `rows`, `seconds` and `calls` so many are wanted, `depth` is how often the data would have been passed on.
    """

    asset: str
    action: str
    at: datetime
    revision: str | None = None
    purpose: str | None = None
    place: str | None = None
    environment: str | None = None
    recipient: tuple[str, ...] | None = None
    calls: int = 1
    rows: int | None = 0
    seconds: int | None = 0
    depth: int = 0


class Standing(msgspec.Struct, frozen=True):
    """What has happened under the agreement: its state, its meters, and the duties fulfilled and overdue, by id."""

    state: State = State.IN_FORCE
    calls: int = 0
    rows: int = 0
    seconds: int = 0
    first_access: datetime | None = None
    settled_at: datetime | None = None
    fulfilled: frozenset[str] = frozenset()
    overdue: frozenset[str] = frozenset()


class Decision(msgspec.Struct, frozen=True):
    """Permitted by a rule, or refused: by a rule or a factor, and for each permission the first factor that failed."""

    permit: bool
    rule: str | None
    factor: Factor | None = None
    failed: tuple[tuple[str, Factor], ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    rule: str
    actions: frozenset[str]
    purposes: int
    territory: tuple[str, ...]
    environments: int
    anyone: bool
    recipients: frozenset[str]
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class _Permission(_Rule):
    window: timedelta | None
    from_settlement: bool
    calls_max: int | None
    rows_max: int | None
    seconds_max: int | None
    depth_max: int
    before: frozenset[str]
    ongoing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A policy in the form in which it is decided."""

    asset: str
    revisions: frozenset[str]
    actions: Collection[str]
    purposes: dict[str, int]
    environments: dict[str, int]
    is_place: Callable[[str], bool]
    permissions: tuple[_Permission, ...]
    prohibitions: tuple[_Rule, ...]
    places: dict[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    def place(self, code: str) -> tuple[int, int] | None:
        """The permissions that cover a place and the prohibitions that share some of it, as bits; None if unknown."""
        bits = self.places.get(code)
        if bits is None:
            if not self.is_place(code):
                return None
            bits = (
                _bits(any(within(code, outer) for outer in rule.territory) for rule in self.permissions),
                _bits(
                    not rule.territory or any(within(code, outer) or within(outer, code) for outer in rule.territory)
                    for rule in self.prohibitions
                ),
            )
            if len(self.places) < PLACES_MAX:
                self.places[code] = bits
        return bits


def compiled(policy: UsagePolicy) -> Compiled:
    """Compile a policy; raises PolicyMissing for words that were never released."""
    vocabulary = words(policy.vocabulary)
    phases = {duty.id: PHASES[duty.kind] for duty in policy.duties}
    return Compiled(
        asset=policy.asset,
        revisions=frozenset(policy.revisions),
        actions=frozenset(vocabulary.actions),
        purposes=dict(vocabulary.purposes.bits),
        environments=dict(vocabulary.environments.bits),
        is_place=vocabulary.is_place,
        permissions=tuple(_permission(rule, phases, vocabulary) for rule in policy.permissions),
        prohibitions=tuple(_prohibition(rule, vocabulary) for rule in policy.prohibitions),
    )


def decide(policy: Compiled, request: AccessRequest, standing: Standing) -> Decision:
    """Permit or refuse one access."""
    if request.asset != policy.asset or (policy.revisions and request.revision not in policy.revisions):
        return _OBJECT
    if standing.state is not State.IN_FORCE:
        return _STATE
    asked = _asked(policy, request)
    if asked is None:
        return _UNKNOWN
    purpose, environment, allowed, shared = asked
    for position, rule in enumerate(policy.prohibitions):
        if shared >> position & 1 and _prohibits(rule, request, purpose, environment):
            return Decision(permit=False, rule=rule.rule, factor=Factor.PROHIBITED)
    failed = []
    for position, held in enumerate(policy.permissions):
        factor = _failed(held, request, standing, purpose, environment, allowed >> position & 1)
        if factor is None:
            return Decision(permit=True, rule=held.rule)
        failed.append((held.rule, factor))
    return Decision(permit=False, rule=None, factor=failed[0][1], failed=tuple(failed))


def _asked(policy: Compiled, request: AccessRequest) -> tuple[int, int, int, int] | None:
    """Purpose and environment as bits, nothing where they are left out, and the rules that a place falls under.

    None where a word is not of the vocabulary.
    """
    purpose = policy.purposes.get(request.purpose) if request.purpose is not None else 0
    environment = policy.environments.get(request.environment) if request.environment is not None else 0
    place = policy.place(request.place) if request.place is not None else _NOWHERE
    if request.action not in policy.actions or purpose is None or environment is None or place is None:
        return None
    return purpose, environment, *place


def _prohibits(rule: _Rule, request: AccessRequest, purpose: int, environment: int) -> bool:
    """Whether a request could lie within all sides of a prohibition but its place."""
    return (
        (not rule.actions or request.action in rule.actions)
        and (not rule.purposes or not purpose or bool(rule.purposes & purpose))
        and (not rule.environments or not environment or bool(rule.environments & environment))
        and rule.starts <= request.at < rule.ends
        and (rule.anyone or request.recipient is None or not rule.recipients.isdisjoint(request.recipient))
    )


_NOWHERE: Final = (0, -1)
"""A place that is left out lies in no permission, and may lie in every prohibition."""
_OBJECT: Final = Decision(permit=False, rule=None, factor=Factor.OBJECT)
_STATE: Final = Decision(permit=False, rule=None, factor=Factor.STATE)
_UNKNOWN: Final = Decision(permit=False, rule=None, factor=Factor.UNKNOWN)


def _failed(
    held: _Permission, request: AccessRequest, standing: Standing, purpose: int, environment: int, placed: int
) -> Factor | None:
    """The first side of a permission that a request does not keep within."""
    if request.action not in held.actions:
        return Factor.ACTION
    if not purpose or purpose & ~held.purposes:
        return Factor.PURPOSE
    if not placed:
        return Factor.PLACE
    if not environment or environment & ~held.environments:
        return Factor.ENVIRONMENT
    if not held.anyone and (request.recipient is None or held.recipients.isdisjoint(request.recipient)):
        return Factor.RECIPIENT
    if not held.starts <= request.at < held.ends:
        return Factor.TIME
    if held.window is not None:
        began = standing.settled_at if held.from_settlement else standing.first_access
        if began is not None and request.at - began >= held.window:
            return Factor.WINDOW
    return _metered(held, request, standing)


def _metered(held: _Permission, request: AccessRequest, standing: Standing) -> Factor | None:
    """The first meter, depth or duty that stands against it; a limit holds after the use is added."""
    if held.calls_max is not None and standing.calls + request.calls > held.calls_max:
        return Factor.COUNT
    if held.rows_max is not None and (request.rows is None or standing.rows + request.rows > held.rows_max):
        return Factor.VOLUME
    if held.seconds_max is not None and (
        request.seconds is None or standing.seconds + request.seconds > held.seconds_max
    ):
        return Factor.DURATION
    if request.depth > held.depth_max:
        return Factor.DEPTH
    if not held.before <= standing.fulfilled or not held.ongoing.isdisjoint(standing.overdue):
        return Factor.DUTY
    return None


def _permission(rule: Permission, phases: dict[str, Phase], vocabulary: Words) -> _Permission:
    return _Permission(
        **_sides(rule, vocabulary),
        window=timedelta(days=rule.window_days) if rule.window_days is not None else None,
        from_settlement=rule.window_from is Since.SETTLEMENT,
        calls_max=rule.calls_max,
        rows_max=rule.rows_max,
        seconds_max=rule.seconds_max,
        depth_max=rule.depth_max,
        before=frozenset(duty for duty in rule.duties if phases[duty] is Phase.BEFORE),
        ongoing=frozenset(duty for duty in rule.duties if phases[duty] is Phase.ONGOING),
    )


def _prohibition(rule: Prohibition, vocabulary: Words) -> _Rule:
    sides = _sides(rule, vocabulary)
    return _Rule(**sides | {"anyone": sides["anyone"] or not rule.recipients})


def _sides(rule: Permission | Prohibition, vocabulary: Words) -> dict[str, Any]:
    """What a permission and a prohibition have in common."""
    return {
        "rule": rule.id,
        "actions": frozenset(rule.actions),
        "purposes": vocabulary.purposes.mask(rule.purposes),
        "territory": rule.territory,
        "environments": vocabulary.environments.mask(rule.environments),
        "anyone": ANYONE in rule.recipients,
        "recipients": frozenset(rule.recipients),
        "starts": rule.starts or ALWAYS,
        "ends": rule.ends or NEVER,
    }


def _bits(truths: Iterable[bool]) -> int:
    return sum(1 << position for position, truth in enumerate(truths) if truth)
