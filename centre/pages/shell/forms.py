"""Forms: what a page submits, read within bounds; refused, the same page is drawn with everything that was entered."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.serialization import default_deserializer

from centre.pages.shell import tokens
from centre.pages.shell.refusals import FormTokenFaulty
from kernel import ids
from kernel.errors import Conflict, DomainError, FieldError, InvalidInput, TooMany, Unprocessable, UnsupportedMedia
from kernel.http.requests import NO_UNSEEN, has_unseen
from kernel.http.shapes.faults import faults
from kernel.http.shapes.sentences import unknown_field
from kernel.text import Text

Http = Request[Any, Any, Any]
T = TypeVar("T", bound=msgspec.Struct)

FORM_BYTES_MAX: Final = 65_536
"""No form of words is larger; files come by a route of their own."""
PARTS_MAX: Final = 400
TOKEN, KEY = "csrf", "key"
KEY_CHARS_MAX: Final = 60
URLENCODED: Final = "application/x-www-form-urlencoded"
REDRAWN: Final = (InvalidInput, Unprocessable, Conflict, TooMany)
"""Refusals that whoever fills in a form can do something about; every other has a page of its own."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form may hold: names by their place in the body (`contact/email`), and those that may come many times.

    `labels` are what the summary of faults calls fields; `wholes` are parts of the body that are sent even where all of
    them is empty, so that what is missing is told field by field.
    """

    names: tuple[str, ...]
    many: frozenset[str] = frozenset()
    labels: Mapping[str, Text] = field(default_factory=dict)
    wholes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as the summary of a form shows it; `anchor` is the field that it leads to, where it has one."""

    detail: Text
    rule: str | None
    anchor: str | None
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a template draws it: what was entered, what is wrong with it, its token and its key."""

    fields: Fields
    token: str
    key: str
    values: Mapping[str, str | list[str]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def value(self, name: str) -> str:
        """What was entered in a field."""
        return str(self.values.get(name, ""))

    def chosen(self, name: str, choice: str) -> bool:
        """Whether a choice was made, of one or of many."""
        value = self.values.get(name, "")
        return choice in value if isinstance(value, list) else choice == value

    @property
    def needs_proof(self) -> bool:
        """Whether the form waits for a proof of who submits it."""
        return any(each.rule == "LT-SGN-08" for each in self.faults)

    def of(self, name: str) -> list[Fault]:
        """What is wrong with a field."""
        return [fault for fault in self.faults if fault.anchor == anchor(name)]


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was sent, before anything is believed of it."""

    request: Http
    fields: Fields
    token: str
    key: str
    values: Mapping[str, str | list[str]]

    def get(self, name: str) -> str:
        """What was entered in a field that comes once; empty where nothing was."""
        return str(self.values.get(name, ""))

    def tree(self) -> dict[str, Any]:
        """The values in the shape of a body: `contact/email` lies in `contact`; an empty field is not sent."""
        whole: dict[str, Any] = {name: [] for name in self.fields.many} | {name: {} for name in self.fields.wholes}
        for name, value in self.values.items():
            if value == "":
                continue
            *outer, last = name.split("/")
            place = whole
            for part in outer:
                place = place.setdefault(part, {})
            place[last] = value
        return whole

    def into(self, kind: type[T], **more: Any) -> T:
        """The body that a command takes, with `more` beside what was entered; raises InvalidInput with every fault."""
        tree = self.tree() | more
        try:
            return msgspec.convert(tree, kind, strict=False, dec_hook=_decoded, str_keys=True)
        except msgspec.ValidationError as problem:
            wrong = faults(kind, tree, _decoded) or [FieldError("", Text("填写有误", "Something is not valid"))]
            raise InvalidInput(errors=wrong) from problem


class Refused(Protocol):
    """A refusal as far as a form shows it: one of this process, or one that the API told in the page's language."""

    @property
    def sentence(self) -> Text:
        """What is wrong."""
        ...

    @property
    def rule(self) -> str | None:
        """By which rule."""
        ...

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """At which fields."""
        ...


class FormRefused(Exception):
    """Carries a refusal out of the unit of work, which it undoes, to where the form is drawn again."""

    def __init__(self, refusal: DomainError, submitted: Submitted, template: str, context: Mapping[str, Any]) -> None:
        super().__init__()
        self.refusal, self.submitted, self.template, self.context = refusal, submitted, template, context


def blank(request: Http, fields: Fields, values: Mapping[str, str | list[str]] | None = None) -> Form:
    """A form to be filled in, with a key of its own: however often it is submitted, it is done once."""
    return Form(fields, tokens.token(request), ids.new("idk"), values or {})


async def read(request: Http, fields: Fields) -> Submitted:
    """Read a submitted form; raises InvalidInput for what the form does not hold and for what nobody can read.

    The route bounds the body by FORM_BYTES_MAX.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != URLENCODED:
        raise UnsupportedMedia(wanted=URLENCODED)
    try:
        pairs = parse_qsl(
            (await request.body()).decode("ascii"), keep_blank_values=True, max_num_fields=PARTS_MAX, errors="strict"
        )
    except (UnicodeDecodeError, ValueError) as problem:
        raise InvalidInput(errors=[FieldError("", Text("表单无法读取", "The form cannot be read"))]) from problem
    values: dict[str, str | list[str]] = {}
    hidden = {TOKEN: "", KEY: ""}
    for name, raw in pairs:
        value = raw.replace("\r\n", "\n").strip()
        if name in hidden:
            hidden[name] = value
        elif name not in fields.names:
            raise InvalidInput(errors=[FieldError(f"/{name[:100]}", unknown_field([*fields.names]))])
        elif name in fields.many:
            cast(list[str], values.setdefault(name, [])).append(value)
        else:
            values[name] = value
    return Submitted(request, fields, hidden[TOKEN], hidden[KEY][:KEY_CHARS_MAX], values)


@contextmanager
def answering(submitted: Submitted, template: str, **context: Any) -> Iterator[None]:
    """Do what a form asks for: refused within, its page is drawn again with what was entered and what is wrong with it.

    The token is judged first, then whether every character can be seen.
    """
    try:
        if not tokens.is_ours(submitted.request, submitted.token):
            raise FormTokenFaulty
        if marred := [name for name, value in submitted.values.items() if _is_marred(value)]:
            raise InvalidInput(errors=[FieldError(f"/{name}", NO_UNSEEN) for name in marred])
        yield
    except REDRAWN as refusal:
        raise FormRefused(refusal, submitted, template, context) from refusal


def redrawn(submitted: Submitted, refusal: Refused) -> Form:
    """The form as it is drawn after a refusal: the same key, what was entered, and each fault at its field."""
    # A key that was never ours to give serves no second time.
    key = submitted.key or ids.new("idk")
    told = _faults(submitted.fields, refusal)
    return Form(submitted.fields, tokens.token(submitted.request), key, submitted.values, told)


def query_form(fields: Fields, values: Mapping[str, str | list[str]], refusal: Refused | None = None) -> Form:
    """A form whose answer is a page and changes nothing: what it asks stands in the address, and it has no token."""
    return Form(fields, "", "", values, _faults(fields, refusal) if refusal is not None else ())


def _faults(fields: Fields, refusal: Refused) -> tuple[Fault, ...]:
    known = {anchor(name): name for name in fields.names}
    told = [_fault(each, refusal, fields, known) for each in refusal.errors]
    return tuple(told) or (Fault(refusal.sentence, refusal.rule, None),)


def anchor(name: str) -> str:
    """The id of a field in the page, by its name: `contact/email` is f-contact-email."""
    return "f-" + name.replace("/", "-")


def _fault(error: FieldError, refusal: Refused, fields: Fields, known: Mapping[str, str]) -> Fault:
    place = _nearest(error.pointer, known)
    label = fields.labels.get(known[place]) if place is not None else None
    return Fault(error.detail, error.rule or refusal.rule, place, label)


def _nearest(pointer: str, known: Mapping[str, str]) -> str | None:
    """The field that a JSON pointer lies in: /roles/0 is a fault of `roles`."""
    place = pointer.strip("/")
    while place:
        if anchor(place) in known:
            return anchor(place)
        place = place.rpartition("/")[0]
    return None


def _is_marred(value: str | list[str]) -> bool:
    return any(has_unseen(each) for each in ([value] if isinstance(value, str) else value))


def _decoded(kind: Any, value: Any) -> Any:
    return default_deserializer(kind, value)
