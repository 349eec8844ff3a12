"""Applying a plan to files: batch by batch into new files of the same form, in bounded memory, and measured again."""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pyarrow.parquet as pq
from msgspec import Struct

from valuation.quality.contract.contract import Contract
from valuation.quality.desensitisation.errors import KeyMissing, NothingLeft, PlanUnfit
from valuation.quality.desensitisation.plan import ObjectPlan, Plan
from valuation.quality.desensitisation.treatment.judging import verdict
from valuation.quality.desensitisation.treatment.operators import Column, key_id
from valuation.quality.desensitisation.treatment.report import (
    FileReport,
    Looked,
    Report,
    Side,
    brief,
    columns,
    declared,
    looked,
)
from valuation.quality.policy import QualityRules
from valuation.quality.reading import archives
from valuation.quality.reading.damage import guarded
from valuation.quality.reading.opening import ROW, Table, open_table
from valuation.quality.reading.staging import UNREAD, Dialect, dialect_of
from valuation.quality.scoring.comparison import compare
from valuation.quality.scoring.score import score
from valuation.quality.scoring.scorecard import Scorecard

BATCH_ROWS = 65_536
Progress = Callable[[int, int, str], None]


class _Done(Struct):
    """One table that was treated."""

    report: FileReport
    columns: dict[str, Column]
    before: Looked
    after: Looked


def desensitise(
    plan: Plan,
    files: Mapping[str, Path],
    out: Path,
    *,
    key: bytes | None,
    as_of: datetime,
    policy: QualityRules,
    contract: Contract | None = None,
    progress: Progress | None = None,
) -> Report:
    """Write the treated files into the folder `out` under their own names, and report; nothing is written on refusal.

    Raises KeyMissing, PlanUnfit, NothingLeft, or what reading raises.
    """
    if plan.keyed and not key:
        raise KeyMissing
    tell = progress or (lambda _done, _of, _step: None)
    steps = len(plan.objects) + 2
    with tempfile.TemporaryDirectory(prefix="liutong-desensitise-") as place:
        folder = Path(place)
        tables = _opened(plan, files, folder, policy, Dialect() if contract is None else dialect_of(contract))
        treated = folder / "treated"
        treated.mkdir()
        done: dict[str, _Done] = {}
        for number, (name, table) in enumerate(tables.items()):
            tell(number, steps, f"desensitise {name}")
            done[name] = _treat(name, table, plan, key or b"", treated, policy)
        tell(steps - 2, steps, "score before")
        before = score(contract, files, as_of=as_of, policy=policy) if contract else None
        tell(steps - 1, steps, "score after")
        made = {each.report.file: treated / each.report.file for each in done.values()}
        after = score(_as_written(contract), made, as_of=as_of, policy=policy) if contract else None
        out.mkdir(parents=True, exist_ok=True)
        for name, path in made.items():
            shutil.move(path, out / name)
    tell(steps, steps, "done")
    return _reported(plan, key, as_of, done, before, after)


def _reported(
    plan: Plan,
    key: bytes | None,
    as_of: datetime,
    done: Mapping[str, _Done],
    before: Scorecard | None,
    after: Scorecard | None,
) -> Report:
    sides = [_side(done, after=False), _side(done, after=True)]
    rows = (columns(name, each.before, each.after, each.columns, plan.objects[name]) for name, each in done.items())
    told = tuple(row for each in rows for row in each)
    files = tuple(each.report for each in done.values())
    return Report(
        plan={"id": plan.id, "sha256": plan.digest, "seed": plan.seed},
        key=key_id(key) if key and plan.keyed else None,
        as_of=as_of,
        files=files,
        columns=told,
        before=sides[0],
        after=sides[1],
        score_before=brief(before) if before else None,
        score_after=brief(after) if after else None,
        comparison=compare("before", _body(before), "after", _body(after)) if before and after else None,
        verdict=verdict(sides[1], files, told, plan.objects),
    )


def _as_written(contract: Contract) -> Contract:
    """The contract for files that we wrote: the dialect that it declares was that of the files that came."""
    return msgspec.structs.replace(contract, raw={k: v for k, v in contract.raw.items() if k != "servers"})


def _body(card: Scorecard) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(card)
    return found


def _side(done: Mapping[str, _Done], *, after: bool) -> Side:
    found = {name: each.after if after else each.before for name, each in done.items()}
    return Side(
        personal={name: each.personal for name, each in found.items()},
        privacy={name: each.privacy for name, each in found.items() if each.privacy is not None},
    )


def _opened(
    plan: Plan, files: Mapping[str, Path], folder: Path, policy: QualityRules, dialect: Dialect
) -> dict[str, Table]:
    """Open every file under the name of its table; the plan must name each, and nothing else."""
    limits = policy.body.limits
    given = archives.unpacked(files, folder, limits)
    names = {file: Path(file).stem for file in given}
    missing, extra = sorted(set(plan.objects) - set(names.values())), sorted(set(names.values()) - set(plan.objects))
    if missing or extra or len(set(names.values())) < len(names):
        raise _unfit(plan.id, missing=missing, extra=extra)
    tables: dict[str, Table] = {}
    for number, (file, (source, path)) in enumerate(sorted(given.items())):
        name = names[file]
        target = folder / f"table-{number}.parquet"
        each = plan.objects[name]
        opened = open_table(file, source, declared(name, each), path, files[source], target, dialect, limits)
        tables[name] = _measured(opened, name, each)
        wanted = {*each.columns, *each.quasi_identifiers, *each.sensitive}
        if absent := sorted(wanted - set(tables[name].dtypes)):
            raise _unfit(name, missing=absent)
        if lost := [c for c in each.quasi_identifiers if Column(name, c, each.operator(c), b"", "").dropped]:
            raise _unfit(name, dropped=lost)
    return tables


def _measured(table: Table, name: str, plan: ObjectPlan) -> Table:
    """The table with every column declared by which somebody could be recognised."""
    return msgspec.structs.replace(table, object=declared(name, plan, table.dtypes))


def _unfit(
    name: str, *, missing: Sequence[str] = (), extra: Sequence[str] = (), dropped: Sequence[str] = ()
) -> PlanUnfit:
    first, second, third = (", ".join(names) or "—" for names in (missing, extra, dropped))
    return PlanUnfit(object=name, missing=first, extra=second, dropped=third)


def _treat(name: str, table: Table, plan: Plan, key: bytes, folder: Path, policy: QualityRules) -> _Done:
    own = plan.objects[name]
    treated = {c: Column(name, c, own.operator(c), key, plan.seed) for c in table.dtypes}
    file = Path(table.file).name
    if table.format == "xlsx":
        file = f"{Path(file).stem}.csv"
    work = folder / f".{file}.parquet"
    with guarded(table.file):
        _write(table, treated, work)
    rows = _save(work, folder / file, table.format, _large_groups(work, own))
    if rows == 0:
        raise NothingLeft(object=name, k=own.minimum_group)
    work.unlink()
    limits = policy.body.limits
    again = declared(name, own)
    place = folder / file
    after = open_table(file, file, again, place, place, folder / f".{file}.again.parquet", Dialect(), limits)
    report = FileReport(
        object=name,
        file=file,
        sha256_before=table.sha256(),
        sha256_after=after.sha256(),
        rows_before=table.rows,
        rows_after=rows,
        rows_suppressed=table.rows - rows,
        lines_unreadable=table.malformed.count if table.malformed is not None else 0,
    )
    return _Done(report, treated, looked(table), looked(_measured(after, name, own)))


def _write(table: Table, treated: Mapping[str, Column], target: Path) -> None:
    """Send every batch through the operators, in the order of the rows."""
    source = pq.ParquetFile(table.path)
    names = [c for c in source.schema_arrow.names if c != ROW and not c.startswith(UNREAD)]
    with _Out(target, "parquet") as out:
        for batch in source.iter_batches(batch_size=BATCH_ROWS, columns=names):
            given = pl.DataFrame(batch)
            out.write(pl.DataFrame([treated[c].apply(given[c]) for c in names if not _left_out(treated[c], given[c])]))


def _left_out(column: Column, values: pl.Series) -> bool:
    """Whether a column is left out; all its values have changed then."""
    if column.dropped:
        column.changed += int(values.is_not_null().sum())
    return column.dropped


def _large_groups(work: Path, own: ObjectPlan) -> pl.DataFrame | None:
    """The groups of rows that are large enough to stay, as the operators left them; None where all stay."""
    if own.minimum_group is None:
        return None
    sizes = pl.scan_parquet(work, glob=False).group_by(own.quasi_identifiers).agg(pl.len().alias("__size__"))
    return sizes.filter(pl.col("__size__") >= own.minimum_group).drop("__size__").collect(engine="streaming")


def _save(work: Path, target: Path, kind: str, large: pl.DataFrame | None) -> int:
    """Write the rows that stay in the form of the file that came; gives how many there are."""
    rows = 0
    with _Out(target, kind) as out:
        for batch in pq.ParquetFile(work).iter_batches(batch_size=BATCH_ROWS):
            given = pl.DataFrame(batch)
            if large is not None:
                given = given.join(large, on=large.columns, how="semi", nulls_equal=True, maintain_order="left")
            rows += given.height
            out.write(given)
    return rows


class _Out:
    """A file that batches are written into, one after the other, so that the same rows give the same bytes."""

    def __init__(self, target: Path, kind: str) -> None:
        self._target, self._kind, self._first = target, kind, True
        self._parquet: pq.ParquetWriter | None = None
        self._stream = None if kind == "parquet" else target.open("wb")

    def __enter__(self) -> "_Out":
        return self

    def __exit__(self, *_: object) -> None:
        if self._parquet is not None:
            self._parquet.close()
        if self._stream is not None:
            self._stream.close()

    def write(self, batch: pl.DataFrame) -> None:
        """Append a batch; the first one tells the columns and their types."""
        if self._stream is None:
            arrow = batch.to_arrow(compat_level=pl.CompatLevel.oldest())
            if self._parquet is None:
                self._parquet = pq.ParquetWriter(self._target, arrow.schema, compression="zstd")
            self._parquet.write_table(arrow)
        elif self._kind == "jsonl":
            batch.write_ndjson(self._stream)
        else:
            separator = "\t" if self._target.suffix.lower() == ".tsv" else ","
            batch.write_csv(self._stream, include_header=self._first, separator=separator)
        self._first = False
