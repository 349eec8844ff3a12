"""Which form of a report a request asks for (RFC 9110, Accept)."""

from typing import Final

from valuation.reports.forms.make import MEDIA, Form

_ORDER: Final[tuple[Form, ...]] = ("json", "html", "pdf", "xlsx")
_LENGTH_MAX: Final = 1000


def chosen(accept: str | None) -> Form:
    """The form asked for most; JSON where nothing, anything, or none of the four is asked for."""
    best: tuple[float, int, Form] | None = None
    for part in (accept or "")[:_LENGTH_MAX].split(","):
        media, *parameters = (each.strip().lower() for each in part.split(";"))
        weight = _weight(parameters)
        for at, form in enumerate(_ORDER):
            if weight > 0 and media == MEDIA[form] and (best is None or (weight, -at) > best[:2]):
                best = (weight, -at, form)
    return best[2] if best else "json"


def _weight(parameters: list[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
