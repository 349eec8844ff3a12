"""Whether what a bundle says of the register follows from the entries and documents in it; pure.

A statement is believed for the entries behind it, each of which is proved to be in the log; the certificate's facts
are those of its signed document, and a title's those of its certificate. That nothing was left out a bundle cannot
prove: the present register and status lists say.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from kernel.states import Machine
from rights.certificates.states import CERTIFICATE, CertificateState
from rights.objections.states import OBJECTION
from rights.registrations.states import REGISTRATION, RegistrationState
from rights.title.states import REMARK, TITLE, GrantState

MACHINES: Final[Mapping[str, Machine[Any, Any]]] = {
    "certificates": CERTIFICATE,
    "registrations": REGISTRATION,
    "titles": TITLE,
    "remarks": REMARK,
    "objections": OBJECTION,
}
PUBLIC_FROM: Final = f"{REGISTRATION.name}.{RegistrationState.NOTICED}"


class Unfounded(ValueError):
    """A statement that the entries or documents do not bear out."""


def state_after(kinds: Sequence[str], machine: Machine[Any, Any]) -> str:
    """The state after the last step; other entries about the subject, such as its document's, name no state."""
    states = {f"{machine.name}.{state}": str(state) for state in type(machine.initial)}
    return next((states[kind] for kind in reversed(kinds) if kind in states), "unknown")


def require_founded(
    register: Mapping[str, Any],
    asset: str,
    entries: Iterable[Mapping[str, Any]],
    documents: Mapping[str, Mapping[str, Any]],
) -> int:
    """Check every statement against the proved entries and the documents by number: how many, or raises Unfounded."""
    if register.get("asset_id") != asset:
        raise Unfounded("it speaks of another asset")
    known_at = _moment(register.get("known_at"))
    by_subject: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        if _moment(entry["at"]) <= known_at:
            by_subject.setdefault(str(entry["subject"]), []).append(entry)
    count = 0
    for group, machine in MACHINES.items():
        for one in _list(register, group):
            _require_entries(one, machine, by_subject.get(str(one.get("id")), []))
            if group == "certificates":
                _require_document(one, date.fromisoformat(str(register.get("valid_on"))), documents)
            count += 1
    for title in _list(register, "titles"):
        _require_title(title, register, documents)
    return count


def _list(register: Mapping[str, Any], group: str) -> list[Mapping[str, Any]]:
    statements = register.get(group)
    if not isinstance(statements, list) or not all(isinstance(one, dict) for one in statements):
        raise Unfounded(f"{group} cannot be read")
    return statements


def _require_entries(one: Mapping[str, Any], machine: Machine[Any, Any], proved: Sequence[Mapping[str, Any]]) -> None:
    """Its entries are all that the bundle has of it, in the same order, and the last of them gives its state."""
    name, refs = one.get("id"), one.get("entries")
    ordered = sorted(proved, key=lambda entry: (_moment(entry["at"]), str(entry["id"])))
    kinds = [str(entry["kind"]) for entry in ordered]
    if one.get("state") != state_after(kinds, machine):
        raise Unfounded(f"{name} is said to be {one.get('state')}, and its last entry says otherwise")
    if machine is REGISTRATION:
        start = next((at for at, kind in enumerate(kinds) if kind == PUBLIC_FROM), len(kinds))
        ordered = ordered[start:]
    named = [(ref.get("id"), ref.get("kind"), _moment(ref.get("at"))) for ref in refs or [] if isinstance(ref, dict)]
    if not named or named != [(entry["id"], entry["kind"], _moment(entry["at"])) for entry in ordered]:
        raise Unfounded(f"the entries stated of {name} are not those in the bundle")


def _require_document(one: Mapping[str, Any], on: date, documents: Mapping[str, Mapping[str, Any]]) -> None:
    """A certificate is said to be what its signed document says."""
    claims = documents.get(str(one.get("number")))
    if claims is None:
        raise Unfounded(f"there is no document of {one.get('number')}")
    start, stop = str(claims["valid_from"]), str(claims["valid_until"])
    in_force = one.get("state") == CertificateState.IN_FORCE and date.fromisoformat(start) <= on <= date.fromisoformat(
        stop
    )
    wanted = {
        "holder": claims["holder"]["name"],
        "rights": [right["code"] for right in claims["rights"]],
        "valid_from": start,
        "valid_until": stop,
        "in_force": in_force,
        "document_sha256": claims["sha256"],
    }
    wrong = [name for name, value in wanted.items() if one.get(name) != value]
    if wrong:
        raise Unfounded(f"of {one.get('number')} something else is said than its document says: {', '.join(wrong)}")


def _require_title(
    title: Mapping[str, Any], register: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]
) -> None:
    """Who holds a title now holds it, with its rights, by the certificate that the title names."""
    if title.get("state") != GrantState.ACTIVE:
        return
    numbers = {one.get("id"): str(one.get("number")) for one in _list(register, "certificates")}
    claims = documents.get(numbers.get(title.get("certificate_id"), ""))
    if claims is None:
        raise Unfounded(f"there is no document behind the title {title.get('id')}")
    rights = [right["code"] for right in claims["rights"]]
    if title.get("holder") != claims["holder"]["name"] or sorted(title.get("rights") or []) != sorted(rights):
        raise Unfounded(f"the title {title.get('id')} is not as its certificate has it")


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise Unfounded(f"{text} names no time zone")
    return moment
