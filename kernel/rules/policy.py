"""Numbers that people argue about live in dated files that never change after release (decision 12 of the design)."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from itertools import pairwise
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

import msgspec

from kernel.text import Text

Confidence = Literal["A", "B", "M-hi", "M-md", "M-lo", "house"]
"""How sure we are of a number: A read in full, B secondary, M from memory, house = the centre's own choice."""

T = TypeVar("T")

_META: Final = frozenset({"kind", "version", "effective_from", "why", "basis", "confidence"})


class Meta(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The head of every policy file."""

    kind: str
    version: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}(-\d{2})?(\.\d+)?$")]
    effective_from: date
    why: str
    basis: str
    confidence: Confidence


class PolicyRef(msgspec.Struct, frozen=True):
    """Which policy a result was made under; stored and printed with every result."""

    kind: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Policy(Generic[T]):
    """One released version."""

    meta: Meta
    sha256: str
    body: T

    @property
    def ref(self) -> PolicyRef:
        """The reference that results keep."""
        return PolicyRef(self.meta.kind, self.meta.version, self.sha256)


class PolicyMissing(LookupError):
    """No version of the policy was in force on the day asked for."""

    text: Final = Text("该日期没有生效的规则版本", "No version of the policy was in force on that day")


@dataclass(frozen=True, slots=True)
class PolicySet(Generic[T]):
    """All versions of one policy, oldest first; the past stays computable."""

    kind: str
    versions: tuple[Policy[T], ...]

    def at(self, on: date) -> Policy[T]:
        """Choose the version in force on a day; raises PolicyMissing before the first."""
        for policy in reversed(self.versions):
            if policy.meta.effective_from <= on:
                return policy
        raise PolicyMissing(f"{self.kind}: no version in force on {on}")

    def version(self, version: str) -> Policy[T]:
        """Find one version by name; raises PolicyMissing."""
        for policy in self.versions:
            if policy.meta.version == version:
                return policy
        raise PolicyMissing(f"{self.kind}: no version {version}")


def load(kind: str, body: type[T], package: str) -> PolicySet[T]:
    """Read and validate every `<package>/policies/<kind>-*.toml`; raises ValueError naming a faulty file."""
    folder = resources.files(package) / "policies"
    released = [
        _read(file.name, file.read_bytes(), kind, body)
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if file.name.startswith(f"{kind}-") and file.name.endswith(".toml")
    ]
    if not released:
        raise ValueError(f"{package}/policies holds no {kind}-*.toml")
    released.sort(key=lambda policy: policy.meta.effective_from)
    for earlier, later in pairwise(released):
        if earlier.meta.effective_from == later.meta.effective_from:
            versions = f"{earlier.meta.version} and {later.meta.version}"
            raise ValueError(f"{kind}: {versions} are both in force from {later.meta.effective_from}")
    return PolicySet(kind, tuple(released))


def _no_float(text: str) -> float:
    """A binary fraction is not the number that people agreed on."""
    raise ValueError(f'write the decimal as a string: "{text}"')


def _read(name: str, raw: bytes, kind: str, body: type[T]) -> Policy[T]:
    try:
        document: dict[str, Any] = tomllib.loads(raw.decode("utf-8"), parse_float=_no_float)
        meta = msgspec.convert({k: v for k, v in document.items() if k in _META}, Meta)
        parsed = msgspec.convert({k: v for k, v in document.items() if k not in _META}, body)
    except ValueError as problem:
        raise ValueError(f"{name}: {problem}") from problem
    if meta.kind != kind or name != f"{kind}-{meta.version}.toml":
        raise ValueError(f"{name}: the file name must be kind-version.toml ({meta.kind}-{meta.version})")
    return Policy(meta, hashlib.sha256(raw).hexdigest(), parsed)
