"""`liutong score` and `liutong contract`: quality on this machine, without server and database.

Exit codes: 0 scored; 1 scored, but below what was asked for; 2 the contract or a file is faulty: there is no score,
at most a partial result that says so.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click
import msgspec
import yaml
from msgspec import UNSET
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from centre.cli import partial
from kernel.errors import DomainError
from kernel.text import Lang, Text
from kernel.time.clock import day_in_china
from valuation.quality.contract import text as contract_text
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.contract.text import UnreadableContractError
from valuation.quality.contract.upgrade import upgraded
from valuation.quality.counting.evidence import Sample
from valuation.quality.errors import CorruptFile, FilesDiffer
from valuation.quality.inference import infer
from valuation.quality.policy import Limits, policies
from valuation.quality.reading import sources
from valuation.quality.reading.formats import stem_of
from valuation.quality.scoring import outside
from valuation.quality.scoring.parts import Salvage
from valuation.quality.scoring.sampling import Draw
from valuation.quality.scoring.score import Progress as Tell
from valuation.quality.scoring.score import score
from valuation.quality.scoring.scorecard import CheckResult, GradeBasis, Scorecard

SCORED, BELOW, FAULTY = 0, 1, 2
_NAME_MAX = 40


def understood(path: Path, lang: Lang, *, today: bool = False) -> Contract | None:
    """Read a contract; every fault is told with its line and column, its path, what is wrong and the cure.

    `today` reads it as it would be after an upgrade.
    """
    text = path.read_bytes()
    try:
        document = contract_text.parse(text)
        contract = read(upgraded(document) if today else document)
        faults = [] if isinstance(contract, Contract) else contract
    except UnreadableContractError as unreadable:
        contract, faults = [], [unreadable.fault]
    for fault in faults:
        spot = contract_text.place(text, fault.path)
        where = f"{path}:{spot[0]}:{spot[1]}" if spot else str(path)
        click.echo(f"✗ {where}: {fault.path or '/'}: {fault.message.of(lang)} {fault.cure.of(lang)}", err=True)
    return contract if isinstance(contract, Contract) else None


def named(contract: Contract, files: Sequence[str], folder: Path, limits: Limits) -> dict[str, Path]:
    """Give files by the names under which they are scored: OBJECT=PATH, or the file's own name.

    What comes from a database or a store is first brought into the folder. One object and one file that are left over
    belong together; raises FilesDiffer when files share a name.
    """
    objects = {name: o.name for o in contract.tables for name in (o.name, o.physical_name)}
    paths: dict[str, Path] = {}
    loose: list[str] = []
    for argument in files:
        name, _, rest = argument.partition("=")
        place, name = (rest, objects[name]) if rest and name in objects else (argument, "")
        stem = stem_of(sources.shown(place)) if sources.is_source(place) else Path(place).stem
        if name or stem in objects:
            _add(paths, name or objects[stem], place, folder, contract, limits)
        elif Path(place).suffix.lower() == ".zip" and not sources.is_source(place):
            paths[Path(place).name] = regular(Path(place))
        else:
            loose.append(place)
    taken = {stem_of(key) for key in paths}
    free = [o.name for o in contract.tables if o.name not in taken]
    for place in loose:
        own = free[0] if len(loose) == 1 and len(free) == 1 else ""
        _add(paths, own, place, folder, contract, limits)
    return paths


def regular(path: Path) -> Path:
    """The path of a file that can be opened; a folder, a pipe or a device is none."""
    try:
        if not path.is_file():
            missing = not path.exists()
            told = Text("没有这个文件", "there is no such file") if missing else Text("它不是文件", "it is no file")
            raise CorruptFile(file=str(path), reason=told)
        path.open("rb").close()
    except OSError as error:
        words = (error.strerror or "it cannot be opened").lower()
        raise CorruptFile(file=str(path), reason=Text(f"打不开（{words}）", words)) from error
    return path


def _add(paths: dict[str, Path], name: str, place: str, folder: Path, contract: Contract, limits: Limits) -> None:
    """Note one file under the name of its object and its own extension, a source under what may be told of it."""
    if sources.is_source(place):
        inner = folder / str(len(paths))
        inner.mkdir()
        ((key, path),) = sources.fetched({name: place}, contract, inner, limits).values()
    else:
        path = regular(Path(place))
        key = f"{name}{path.suffix}" if name else path.name
    if key in paths:
        raise FilesDiffer(missing="—", extra=str(path))
    paths[key] = path


def score_and_tell(
    files: Sequence[str],
    contract_path: Path,
    *,
    as_of: datetime,
    engine: str,
    as_json: bool,
    at_least: float | None,
    lang: Lang,
    masked: bool = False,
    draw: Draw | None = None,
) -> int:
    """Score files against a contract, tell the result on stdout and what is wrong on stderr; gives the exit code.

    Values are shown as they are, or `masked` as everybody else would see them.
    """
    contract = understood(contract_path, lang)
    if contract is None:
        return FAULTY
    policy, paths = policies().at(day_in_china(as_of)), dict[str, Path]()
    saved = Salvage({}, {})
    try:
        with _Bar() as tell, tempfile.TemporaryDirectory(prefix="liutong-sources-") as folder:
            tell(0, 1, "open")
            paths = named(contract, files, Path(folder), policy.body.limits)
            try:
                card = score(contract, paths, as_of=as_of, policy=policy, progress=tell, engine=engine, draw=draw)
            except DomainError:
                saved = partial.saved(contract, paths, as_of, policy, Path(folder))
                raise
    except DomainError as refused:
        _refuse(refused, lang, paths)
        partial.tell(saved, refused, as_json=as_json, lang=lang, shows=outside.public(contract) if masked else None)
        return FAULTY
    if masked:
        card = outside.of_card(card, outside.public(contract))
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(card), indent=2).decode() + "\n")
    else:
        _tell(card, lang)
    return BELOW if at_least is not None and float(card.score) < at_least else SCORED


def _refuse(refused: DomainError, lang: Lang, paths: Mapping[str, Path]) -> None:
    """Tell a refusal on stderr, a file by the path that was given."""
    file = str(refused.facts.get("file", ""))
    if file in paths and not sources.is_source(file):
        refused.facts["file"] = str(paths[file])
    click.echo(f"✗ {refused.title.of(lang)}: {refused.sentence.of(lang)} [{refused.rule}]", err=True)


def upgrade_and_tell(path: Path, lang: Lang) -> int:
    """Print a contract in the version of ODCS that is written today; one that is not understood is not upgraded."""
    contract = understood(path, lang, today=True)
    if contract is None:
        return FAULTY
    sys.stdout.write(yaml.safe_dump(dict(contract.raw), allow_unicode=True, sort_keys=False, width=110))
    return SCORED


def infer_and_tell(files: Sequence[Path], name: str, lang: Lang = "en") -> int:
    """Draft a contract from files and print it, and tell on stderr what was left out; gives the exit code."""
    lost: list[Text] = []
    try:
        with _Bar() as tell:
            given = {path.name: regular(path) for path in files}
            document = infer.draft(given, name, progress=tell, tell=lost.append)
    except DomainError as refused:
        _refuse(refused, lang, {path.name: path for path in files})
        return FAULTY
    for told in lost:
        click.echo(f"⚠ {told.of(lang)}", err=True)
    sys.stdout.write(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110))
    return SCORED


class _Bar:
    """A progress bar on stderr where that is a terminal, and silence elsewhere."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> Tell:
        self._progress.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _tell(self, done: int, steps: int, step: str) -> None:
        self._progress.update(self._task, completed=done, total=steps, description=escape(step))


def _tell(card: Scorecard, lang: Lang) -> None:
    zh, console = lang == "zh", Console(highlight=False, soft_wrap=True)
    if card.caution is not UNSET:
        console.print(f"[bold yellow]⚠ {escape(card.caution.of(lang))}[/]")
    rows = f"{card.rows:,} {'条记录' if zh else 'rows'}"
    console.print(f"[bold]{card.score}[/] / 100 · {card.grade.name.of(lang)} · {rows} · {escape(card.contract.id)}")
    if card.sampling is not None:
        spread = f"{card.sampling.score_low} – {card.sampling.score_high} ({float(card.sampling.confidence):.0%})"
        console.print(f"{'抽样' if zh else 'Sample of'} {card.sampling.rows:,}: {spread}")
    if card.basis is not UNSET:
        _tell_basis(console, card.basis, lang)
    dimensions = Table("维度" if zh else "Dimension", "得分" if zh else "Score", box=None)
    dimensions.add_column("", overflow="fold")
    for dimension in card.dimensions.values():
        bar = escape(dimension.reason.of(lang)) if dimension.reason else "█" * int(float(dimension.score or 0) / 5)
        dimensions.add_row(dimension.name.of(lang), dimension.score or "—", bar)
    console.print(dimensions)
    failing = [check for check in card.checks if check.failed]
    words = f"{len(failing)} / {len(card.checks)} {'项检查未通过' if zh else 'checks failed'}"
    if failing:
        console.print(_checks(failing, words, lang))
        rows = "行号为记录的序号，不计标题行。" if zh else "Rows are records, numbered from the first after any header."
        console.print(f"[dim]{rows}[/]")


def _checks(failing: Sequence[CheckResult], title: str, lang: Lang) -> Table:
    """What failed; names and numbers stay in one piece where there is room, samples take what is left."""
    zh, whole = lang == "zh", max(len(check.id) for check in failing) <= _NAME_MAX
    heads = ("检查", "指标", "不合格 / 评估", "样例") if zh else ("Check", "Indicator", "Failed / evaluated", "Samples")
    table = Table(box=None, title=title)
    for place, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=whole and place < len(heads) - 1)
    for check in failing:
        samples = "; ".join(_sample(sample, zh) for sample in check.samples[:3])
        table.add_row(escape(check.id), check.indicator, f"{check.failed:,} / {check.evaluated:,}", escape(samples))
    return table


def _sample(sample: Sample, zh: bool) -> str:
    """A value by the number of its record."""
    if sample.row is None:
        return str(sample.value)
    return f"{'第' if zh else 'row '}{sample.row}{'行' if zh else ''}: {sample.value}"


def _tell_basis(console: Console, basis: GradeBasis, lang: Lang) -> None:
    """What failed comes first, then what holds the grade down, then the score with and without the promises."""
    zh = lang == "zh"
    for failure in basis.failures:
        kind = ("强制" if failure.mandatory else "提示") if zh else ("mandatory" if failure.mandatory else "advisory")
        numbers = f"{failure.failed:,} / {failure.evaluated:,} ({float(failure.share):.2%})"
        console.print(f"[bold]✗[/] {escape(failure.check)} · {kind} · {numbers}")
    for cap in basis.caps:
        at_most = f"{'等级最高为' if zh else 'grade at most'} {cap.grade_max.name.of(lang)}"
        console.print(f"↓ {at_most}: {cap.reason.of(lang)} ({escape(', '.join(cap.of))})")
    promises = basis.promises
    if promises.made:
        words = ("计入服务承诺", "不计入") if zh else ("with promises of service", "without")
        console.print(f"{words[0]} {promises.score_with} · {words[1]} {promises.score_without}")
