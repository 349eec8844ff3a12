"""The checks in Great Expectations on pandas; rules over several columns become a column of their own first."""

import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"

from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from common import Counts, bounds, main


def work(spec: dict[str, Any]) -> Counts:
    frame = pd.read_parquet(next(iter(spec["tables"].values())), dtype_backend="pyarrow")
    for name, failing in spec["pandas"].items():
        own = eval(failing, {"abs": abs}, {column: frame[column] for column in frame.columns})
        frame[name] = own.fillna(False).astype(bool)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("bench").add_dataframe_asset("data")
    batch = asset.add_batch_definition_whole_dataframe("all")
    suite = gx.ExpectationSuite(name="bench")
    for check in spec["checks"]:
        suite.add_expectation(stated(check, spec))
    told = batch.get_batch(batch_parameters={"dataframe": frame}).validate(suite, result_format="BASIC")
    counts: Counts = {}
    for result in told.results:
        if result.exception_info.get("raised_exception") or not result.expectation_config:
            continue
        failed = result.result.get("unexpected_count")
        counts[result.expectation_config.meta["id"]] = int(not result.success if failed is None else failed)
    return counts


def stated(check: dict[str, Any], spec: dict[str, Any]) -> Any:
    column = check.get("column", check["id"])
    more: dict[str, Any] = {"column": column, "meta": {"id": check["id"]}}
    match check["kind"]:
        case "not_null":
            return gxe.ExpectColumnValuesToNotBeNull(**more)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(**more)
        case "pattern":
            return gxe.ExpectColumnValuesToMatchRegex(regex=check["regex"], **more)
        case "set":
            return gxe.ExpectColumnValuesToBeInSet(value_set=check["values"], **more)
        case "length":
            return gxe.ExpectColumnValueLengthsToBeBetween(min_value=check["low"], max_value=check["high"], **more)
        case "reference":
            known = pd.read_parquet(spec["tables"][check["table"]])[check["key"]].tolist()
            return gxe.ExpectColumnValuesToBeInSet(value_set=known, **more)
        case "expression":
            return gxe.ExpectColumnValuesToBeInSet(value_set=[False], **more)
        case "freshness":
            oldest = pd.Timestamp(spec["as_of"]).tz_localize(None) - pd.Timedelta(days=check["days"])
            return gxe.ExpectColumnMaxToBeBetween(min_value=oldest.to_pydatetime(), **more)
        case _:
            return ranged(check, more)


def ranged(check: dict[str, Any], more: dict[str, Any]) -> Any:
    limits = [pd.Timestamp(b).to_pydatetime() if isinstance(b, str) else b for b in bounds(check).values()]
    low, high, above, below = limits
    return gxe.ExpectColumnValuesToBeBetween(
        min_value=low if low is not None else above,
        max_value=high if high is not None else below,
        strict_min=above is not None,
        strict_max=below is not None,
        **more,
    )


main(work)
