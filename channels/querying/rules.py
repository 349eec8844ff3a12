"""How much a question may ask, and what it is known by; pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec
import polars as pl

from channels.publishing.making.scoping import unbound_of
from contracts.usage.scope.reading import faults_of_condition
from contracts.usage.scope.tree import Condition, leaves, placed_leaves
from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text

GRAMMAR: Final = "LT-QRY-01"


class Querying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bounds of a question: its constants, the rows that are read for it, the bytes of an answer, how many at once.

    A page ends where `window_rows` were read, whether it is full or not.
    """

    constants_max: int
    window_rows: int
    answer_bytes_max: int
    at_once_max: int
    retry_after_seconds: int
    cursor_hours: int

    def __post_init__(self) -> None:
        if min(getattr(self, name) for name in self.__struct_fields__) < 1:
            raise ValueError("a question has room for an answer, and one at least is under way")

    def cursor_end(self, at: datetime) -> datetime:
        """Until when the cursor of a page that is answered at a moment leads on."""
        return at + timedelta(hours=self.cursor_hours)


QUERYING: Final = policy.load("querying", Querying, "channels.querying")


class Question(msgspec.Struct, frozen=True):
    """Which rows and which of their columns, in the order of the table; without `filter` all, without `select` all."""

    filter: Condition | None
    select: tuple[str, ...]

    @property
    def digest(self) -> str:
        """By what a question is known, however it was written: the tree of its filter and its columns."""
        return canonical.digest(msgspec.to_builtins(self))


class Places(msgspec.Struct, frozen=True):
    """Where a request says what it asks; a filter that is a `tree` is told of place by place."""

    filter: str
    select: str
    tree: bool


BODY: Final = Places("/filter", "/select", tree=True)
ADDRESS: Final = Places("/query/filter", "/query/select", tree=False)


def faults_of(question: Question, schema: pl.Schema, rules: Querying, places: Places) -> Iterator[FieldError]:
    """Every fault of a question to a table of a schema; what is not licensed is not in it, and is no column."""
    names: set[str] = set()
    for at, name in enumerate(question.select):
        here = f"{places.select}/{at}" if places.tree else places.select
        if name in names:
            yield FieldError(here, Text(f"列 {name[:60]} 重复", f"The column {name[:60]} stands here twice"), GRAMMAR)
        elif name not in schema:
            yield FieldError(here, _no_column(name), GRAMMAR)
        names.add(name)
    if question.filter is not None:
        for fault in _filter_faults(question.filter, schema, rules):
            yield fault if places.tree else FieldError(places.filter, fault.detail, fault.rule)


def _filter_faults(condition: Condition, schema: pl.Schema, rules: Querying) -> Iterator[FieldError]:
    formal = list(faults_of_condition(condition, BODY.filter, GRAMMAR))
    if formal:
        yield from formal  # What has no form has no comparisons that could be looked at.
        return
    constants = sum(len(leaf.value) if isinstance(leaf.value, tuple) else 1 for leaf in leaves(condition))
    if constants > rules.constants_max:
        most = rules.constants_max
        yield FieldError(BODY.filter, Text(f"常量至多 {most} 个", f"It has at most {most} constants"), GRAMMAR)
        return
    for place, leaf in placed_leaves(condition, BODY.filter):
        if leaf.col not in schema:
            yield FieldError(f"{place}/col", _no_column(leaf.col or ""), GRAMMAR)
        elif (what := unbound_of(leaf, schema)) is not None:
            yield FieldError(f"{place}/value", what, GRAMMAR)


def _no_column(name: str) -> Text:
    return Text(
        f"该版本没有列 {name[:60]}；列见该表的说明",
        f"This version has no column {name[:60]}; the table's description lists them",
    )
