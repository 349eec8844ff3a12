"""Terms whose policy is given in ODRL: read as terms, and what is refused of them told by its place there; pure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from contracts.terms.document import OdrlTerms, Terms
from contracts.terms.errors import TermsContradictory
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.odrl import CONTEXT, URN
from contracts.usage.odrl_places import odrl_place
from contracts.usage.odrl_reading import from_odrl
from kernel.errors import DomainError, FieldError
from kernel.text import Text

TERMS: Final = "/terms"
ODRL_TERMS: Final = "/odrl_terms"
_ODRL: Final = f"{ODRL_TERMS}/odrl"
_ONE: Final = Text("terms 与 odrl_terms 二者择一", "Give terms or odrl_terms, one of the two")


@contextmanager
def given(terms: Terms | None, odrl_terms: OdrlTerms | None) -> Iterator[Terms]:
    """The terms that were given in either form; whatever the block refuses is told by its place in that form.

    Raises TermsContradictory unless one of the two is given, and PolicyInexpressible for ODRL that cannot be read.
    """
    if (terms is None) is (odrl_terms is None):
        raise TermsContradictory(errors=[FieldError(TERMS, _ONE, TermsContradictory.rule)], count=1)
    if terms is not None:
        yield terms
        return
    assert odrl_terms is not None
    said = read_odrl(odrl_terms)
    try:
        yield said
    except DomainError as problem:
        problem.errors = tuple(replace(one, pointer=_place(said, one.pointer)) for one in problem.errors)
        raise


def read_odrl(said: OdrlTerms) -> Terms:
    """Terms out of the form with ODRL; raises PolicyInexpressible with the place of what is not of the profile."""
    faults = [*_foreign(said.odrl, said)]
    if faults:
        raise PolicyInexpressible(errors=faults, count=len(faults), vocabulary=str(said.odrl.get("profile"))[:60])
    policy = from_odrl(said.odrl, _ODRL)
    shared = {name: getattr(said, name) for name in said.__struct_fields__ if name != "odrl"}
    return Terms(policy=policy, **shared)


def _foreign(document: Mapping[str, Any], said: OdrlTerms) -> Iterator[FieldError]:
    """What the document says beside its rules: by which context it is read, what it is, and between whom."""
    if document.get("@context", CONTEXT) not in (CONTEXT, [CONTEXT]):
        yield _fault("@context", f"须为 {CONTEXT}", f"It is read by {CONTEXT}")
    if document.get("@type") not in ("Offer", "Set"):
        yield _fault("@type", "须为 Offer 或 Set", "It is an Offer or a Set")
    for role, party in (("assigner", said.provider), ("assignee", said.consumer)):
        wanted = f"{URN}:{party}" if party is not None else None
        if role in document and document[role] != wanted:
            shown = wanted or "-"
            yield _fault(role, f"与条件不符，须为 {shown} 或不写", f"It is {shown} as in the terms, or left out")


def _fault(name: str, zh: str, en: str) -> FieldError:
    return FieldError(f"{_ODRL}/{name}", Text(zh, en), PolicyInexpressible.rule)


def _place(said: Terms, pointer: str) -> str:
    """Where a place of the typed form stands in the form with ODRL."""
    if not pointer.startswith(f"{TERMS}/"):
        return pointer
    rest = pointer.removeprefix(TERMS)
    if rest == "/policy":
        return _ODRL
    if rest.startswith("/policy/"):
        return _ODRL + odrl_place(said.licence, rest.removeprefix("/policy"))
    return ODRL_TERMS + rest
