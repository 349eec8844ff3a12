"""What may be shown of a scorecard: values of other columns are masked, and each masked figure says so.

Everything is counted and profiled on the values as they are. Shadows are cast afterwards, twice: what is kept inside
holds no value of a person (decision 0110), and what is signed and shown to everybody only what the provider's contract
makes public. Casting a shadow twice changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from valuation.quality.contract.contract import Contract, Kind
from valuation.quality.profile.masking import plain, shaded
from valuation.quality.profile.personal import Finding
from valuation.quality.scoring.parts import Part
from valuation.quality.scoring.scorecard import Scorecard

Shows = Callable[[str, str], bool]
"""Says of an object and a column of it whether its values may be shown."""
Plain = dict[str, Any]

T = TypeVar("T")
_OF_PERSONS = ("identifier", "sensitive")


def public(contract: Contract) -> Shows:
    """What everybody may see: the columns that the contract makes public."""
    shown = {(o.name, plain(p.column)) for o in contract.objects for p in o.properties if p.public}
    return lambda name, column: (name, column) in shown


def inside(contract: Contract, personal: Mapping[str, Iterable[Finding]]) -> Shows:
    """What is kept for the provider: all but columns that tell of persons, by declaration or by what was found.

    A look at a column's name alone is no finding.
    """
    hidden = {(name, each.column) for name, found in personal.items() for each in found if each.basis != "name"}
    hidden |= {(o.name, plain(p.column)) for o in contract.objects for p in o.properties if p.privacy in _OF_PERSONS}
    everybody = public(contract)
    return lambda name, column: (name, column) not in hidden or everybody(name, column)


def of_card(card: Scorecard, shows: Shows) -> Scorecard:
    """A scorecard as it may be shown."""
    body = msgspec.to_builtins(card)
    masked = {
        name: columns
        for name, each in body["profile"].items()
        if body["sample_rows"].get(name) and (columns := [c["column"] for c in each if not shows(name, c["column"])])
    }
    told = {"masked_columns": masked} if masked else {}
    return msgspec.convert(body | values(body, shows) | told, Scorecard)


def of_part(part: Part, shows: Shows) -> Part:
    """The part of one object as it may be shown."""
    body, name = msgspec.to_builtins(part), part.file.object
    changed = {
        "columns": [_column(column, shows(name, column["column"])) for column in body["columns"]],
        "sample_rows": _rows(body["sample_rows"], name, shows),
        "checks": [_check(check, shows) for check in body["checks"]],
    }
    return msgspec.convert(body | changed, Part)


def values(body: Plain, shows: Shows) -> Plain:
    """All that tells values in a scorecard's body, as it may be shown."""
    return {
        "profile": {
            name: [_column(column, shows(name, column["column"])) for column in columns]
            for name, columns in body["profile"].items()
        },
        "sample_rows": {name: _rows(rows, name, shows) for name, rows in body["sample_rows"].items()},
        "checks": [_check(check, shows) for check in body["checks"]],
    }


def _column(column: Plain, shown: bool) -> Plain:
    if shown:
        return column
    shapes = {name: shaded(column[name]) for name in ("minimum", "maximum")}
    top = [{**each, "value": shaded(each["value"])} for each in column["top"]]
    return {**column, **shapes, "quantiles": {}, "top": top, "histogram": [], "masked": True}


def _rows(rows: Iterable[Plain], name: str, shows: Shows) -> list[Plain]:
    return [{c: value if shows(name, c) else shaded(value) for c, value in row.items()} for row in rows]


def _check(check: Plain, shows: Shows) -> Plain:
    """Samples that bear the number of a row show its values; any other tells of the check or of the file."""
    column, name = check["column"], check["object"]
    if column is None or check["kind"] == Kind.MALFORMED.value:
        return check
    return {**check, "samples": [_sample(sample, name, column, shows) for sample in check["samples"]]}


def _sample(sample: Plain, name: str, column: str, shows: Shows) -> Plain:
    value = sample["value"]
    if sample["row"] is None or value is None:
        return sample
    several = isinstance(value, dict) and len("+".join(value)) == len(column) and all(c in column for c in value)
    if not several:
        return sample if shows(name, plain(column)) else {**sample, "value": shaded(value), "masked": True}
    shown = {c: each if shows(name, plain(c)) else shaded(each) for c, each in value.items()}
    hidden = any(value[c] is not None and not shows(name, plain(c)) for c in value)
    return {**sample, "value": shown, **({"masked": True} if hidden else {})}
