"""A score is made of parts, one for each object: what is finished is kept, and what is damaged spoils no other part."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kernel.crypto import canonical
from kernel.errors import DomainError
from kernel.text import Text
from valuation.quality.contract.contract import Aggregate, Contract, Reference, Rule
from valuation.quality.contract.indicators import indicator_of
from valuation.quality.counting.counts import Count, Passes, count
from valuation.quality.policy import QualityRules
from valuation.quality.profile.columns import ColumnProfile, profile
from valuation.quality.profile.personal import Finding
from valuation.quality.profile.privacy import Privacy, privacy
from valuation.quality.reading import archives
from valuation.quality.reading.opening import File, Table, match, open_family
from valuation.quality.reading.staging import Declared, dialect_of
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.scorecard import CheckResult, ScoredFile

Tell = Callable[[str], None]
"""Called with the name of each step that begins."""


class Part(Struct, frozen=True):
    """All that was found out of one object of the contract."""

    file: ScoredFile
    checks: tuple[CheckResult, ...]
    columns: tuple[ColumnProfile, ...]
    sample_rows: tuple[dict[str, Any], ...]
    personal: tuple[Finding, ...]
    privacy: Privacy | None
    freshness: dict[str, str]


class StoredPart(Struct, frozen=True):
    """A part as a run keeps it, and the columns whose values everybody may see.

    `public` is null for one that an earlier release kept with its values masked for everybody.
    """

    part: Part
    public: tuple[str, ...] | None

    def encode(self) -> bytes:
        """The canonical bytes, from which the same part is read again."""
        return canonical.dumps(self)

    @staticmethod
    def decode(data: bytes) -> "StoredPart":
        """Read a part that was kept, in whichever release."""
        found = msgspec.json.decode(data)
        return msgspec.convert(found if "part" in found else {"part": found, "public": None}, StoredPart)


def measure(
    table: Table, tables: Mapping[str, Table], passes: Passes, as_of: datetime, policy: QualityRules, tell: Tell
) -> Part:
    """Count the checks of one object, profile its columns, and look for personal data."""
    name = table.object.name
    with ThreadPoolExecutor(1) as beside:  # Passes over keys leave a processor free for the digest.
        digest = beside.submit(table.sha256)
        tell(f"check {name}")
        counted = count(table, tables, passes, as_of, policy.body.samples_per_check)
        tell(f"profile {name}")
        profiled = profile(table, policy.body.sample_rows)
        return Part(
            file=_file(name, table, digest.result()),
            checks=tuple(result_of(check) for check in counted.checks),
            columns=profiled.columns,
            sample_rows=profiled.rows,
            personal=profiled.personal,
            privacy=privacy(table),
            freshness={f"{name}.{column}": stamp for column, stamp in counted.latest.items()},
        )


class Salvage(Struct, frozen=True):
    """What could be had of damaged data: the parts of sound objects, and why each other object has none."""

    parts: dict[str, Part]
    problems: dict[str, RunProblem]


def salvage(
    contract: Contract,
    files: Mapping[str, Path],
    *,
    as_of: datetime,
    policy: QualityRules,
    done: Mapping[str, Part],
    passes: Callable[[Mapping[str, Table]], Passes],
    folder: Path,
) -> Salvage:
    """Measure every object that can be measured without the damaged ones; what refers to a damaged one is left out."""
    problems: dict[str, RunProblem] = {}
    tables = _open_sound(contract, files, policy, folder, problems)
    found = dict(done)
    while pending := [name for name in tables if name not in found]:
        name = pending[0]
        whole = {each: _without(table, problems) for each, table in tables.items()}
        try:
            found[name] = measure(whole[name], whole, passes(whole), as_of.astimezone(UTC), policy, _silent)
        except DomainError as refused:
            problems[name] = problem_of(refused)
            del tables[name]
    return Salvage(found, problems)


def _open_sound(
    contract: Contract, files: Mapping[str, Path], policy: QualityRules, folder: Path, problems: dict[str, RunProblem]
) -> dict[str, Table]:
    """Open what can be opened; nothing at all where the files are not those of the contract."""
    try:
        given = archives.unpacked(files, folder, policy.body.limits)
        matched = match(contract, given)
    except DomainError as refused:
        problems.update({declared.name: problem_of(refused) for declared in contract.objects})
        return {}
    tables: dict[str, Table] = {}
    for number, declared in enumerate(contract.tables):
        file = matched[declared.name]
        source, path = given[file]
        place, family = folder / f"salvaged-{number}", Declared(declared, contract.items_of(declared.name))
        place.mkdir()
        dialect, limits = dialect_of(contract), policy.body.limits
        try:
            tables |= open_family(File(file, source, path, files[source]), family, place, dialect, limits)
        except DomainError as refused:
            problems.update({each.name: problem_of(refused) for each in (declared, *family.items)})
    return tables


def _without(table: Table, problems: Mapping[str, RunProblem]) -> Table:
    """The table without the rules that look something up in an object that cannot be read."""
    kept = tuple(rule for rule in table.object.rules if not _others(rule) & set(problems))
    return msgspec.structs.replace(table, object=msgspec.structs.replace(table.object, rules=kept))


def _others(rule: Rule) -> set[str]:
    """The objects, beside its own, that a rule looks into."""
    if isinstance(rule.arguments, Reference):
        return {rule.arguments.object}
    return {term.object for term in rule.arguments.terms} if isinstance(rule.arguments, Aggregate) else set()


def _silent(_step: str) -> None:
    """Nobody follows what is saved after a failure."""


def problem_of(refused: DomainError) -> RunProblem:
    """A refusal as plain texts, which outlive the process and the code."""
    zh, en = (refused.detail.of(lang, **refused.facts) for lang in ("zh", "en"))
    return RunProblem(refused.code(), refused.title, Text(zh, en))


def _file(name: str, table: Table, sha256: str) -> ScoredFile:
    lost = table.malformed.count if table.malformed is not None else 0
    return ScoredFile(
        file=table.file,
        source=table.source,
        object=name,
        sha256=sha256,
        rows=table.rows,
        size_bytes=table.size_bytes,
        format=table.format,
        encoding=table.encoding,
        malformed=lost,
    )


def result_of(check: Count) -> CheckResult:
    """A check as the scorecard tells it."""
    rule, indicator = check.rule, indicator_of(check.rule)
    return CheckResult(
        id=rule.id,
        object=rule.object,
        column="+".join(rule.columns) or None,
        kind=rule.kind.value,
        indicator=indicator.code,
        dimension=indicator.dimension.value,
        evaluated=check.evaluated,
        failed=check.failed,
        met=check.met,
        threshold=rule.threshold.words if rule.threshold is not None else None,
        value=check.value,
        samples=check.samples,
    )
