"""The checks in Pandera's own backend for pandas, with the types that pandas reads by default or with Arrow's."""

import sys
from typing import Any

import pandas as pd
import pandera.pandas as pa
from common import Counts, bounds, main


def work(spec: dict[str, Any]) -> Counts:
    path = next(iter(spec["tables"].values()))
    frame = pd.read_parquet(path, dtype_backend="pyarrow") if sys.argv[2:] == ["arrow"] else pd.read_parquet(path)
    columns: dict[str, list[pa.Check]] = {}
    whole, required, unique = [], {}, {}
    for check in spec["checks"]:
        kind = check["kind"]
        own = columns.setdefault(check["column"], []) if "column" in check else whole
        if kind == "not_null":
            required[check["column"]] = check["id"]
        elif kind == "unique":
            unique[check["column"]] = check["id"]
        elif kind == "expression":
            whole.append(pa.Check(row_check(spec["pandas"][check["id"]]), name=check["id"], ignore_na=False))
        else:
            own.append(stated(check, spec))
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(
                nullable=name not in required, unique=name in unique, report_duplicates="exclude_first", checks=checks
            )
            for name, checks in columns.items()
        },
        checks=whole,
    )
    names = {check["id"] for check in spec["checks"]}
    counts: Counts = dict.fromkeys(names, 0)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as found:
        for error in found.schema_errors:
            column = getattr(error.schema, "name", None)
            name = error.check.name if isinstance(error.check, pa.Check) else None
            if name not in names:
                name = {"not_nullable": required, "field_uniqueness": unique}[str(error.check)][column]
            told = error.check_output  # What fails, as the check gave it; rules of the column itself give only cases.
            counts[name] = len(error.failure_cases) if told is None else int((~told.fillna(True).astype(bool)).sum())
    return counts


def row_check(failing: str):
    """A check over rows in pandas' own expressions; unknown passes."""
    return lambda frame: ~failures(frame, failing)


def failures(frame: pd.DataFrame, failing: str) -> pd.Series:
    return eval(failing, {"abs": abs}, {name: frame[name] for name in frame.columns}).fillna(False).astype(bool)


def stated(check: dict[str, Any], spec: dict[str, Any]) -> pa.Check:
    name = check["id"]
    match check["kind"]:
        case "pattern":
            return pa.Check.str_matches(check["regex"], name=name)
        case "set":
            return pa.Check.isin(check["values"], name=name)
        case "length":
            return pa.Check.str_length(check["low"], check["high"], name=name)
        case "reference":
            known = pd.read_parquet(spec["tables"][check["table"]])[check["key"]].tolist()
            return pa.Check.isin(known, name=name)
        case "freshness":
            at = pd.Timestamp(spec["as_of"]).tz_localize(None)
            oldest = at - pd.Timedelta(days=check["days"])
            return pa.Check(lambda s: bool(s[s <= at].max() >= oldest), name=name, ignore_na=False)
        case _:
            return ranged(check)


def ranged(check: dict[str, Any]) -> pa.Check:
    low, high, above, below = (pd.Timestamp(b) if isinstance(b, str) else b for b in bounds(check).values())
    least, most = (low if low is not None else above), (high if high is not None else below)
    if least is not None and most is not None:
        return pa.Check.in_range(least, most, include_min=above is None, include_max=below is None, name=check["id"])
    if least is not None:
        return (pa.Check.gt if low is None else pa.Check.ge)(least, name=check["id"])
    return (pa.Check.lt if high is None else pa.Check.le)(most, name=check["id"])


main(work)
