"""Running a portfolio from the command line: read the terms, go on where it was stopped, tell how far it is."""

import contextlib
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from kernel.crypto import canonical
from kernel.errors import FieldError, InvalidInput, Unprocessable
from kernel.jobs.processes import Pool
from kernel.money import Money
from kernel.rules.policy import PolicyMissing
from kernel.text import Lang, Text
from valuation.appraisal.engine import decoding
from valuation.appraisal.errors import InputsFaulty, RuleSetNotInForce
from valuation.appraisal.policy import policies as appraisals
from valuation.portfolio.causes import CAUSES
from valuation.portfolio.engine import change, run, summary, totals, work
from valuation.portfolio.engine.inputs import RunFile
from valuation.portfolio.engine.store import Store
from valuation.portfolio.engine.summary import Result
from valuation.portfolio.policy import PortfolioRules, policies

STATE, RESULT, ASSETS, FAULTS = "run.sqlite", "result.json", "assets.csv", "faults.jsonl"
SHARED_SHOWN: Final = 5


class RunFinished(Unprocessable):
    """A finished run is never written again."""

    title = Text("此次运行已完成", "This run has finished")
    detail = Text(
        "{folder} 中的运行已完成，请用 --output 另指定文件夹。",
        "The run in {folder} has finished; name another folder with --output.",
    )
    rule = "LT-PTF-05"


class RunDiffers(Unprocessable):
    """A run goes on only with the very inputs that it began with."""

    title = Text("与已开始的运行不同", "It differs from the run that was begun")
    detail = Text(
        "{folder} 中的运行以其他输入开始；用 --restart 重新开始，或用 --output 另指定文件夹。",
        "The run in {folder} was begun with other inputs; begin anew with --restart or name another one with --output.",
    )
    rule = "LT-PTF-05"


def read(path: Path) -> RunFile:
    """RUN.toml; raises InvalidInput naming what is wrong."""
    try:
        return msgspec.convert(tomllib.loads(path.read_bytes().decode()), RunFile)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, msgspec.ValidationError) as problem:
        raise InvalidInput(errors=[decoding.fault(problem, rule="LT-PTF-05")]) from problem


def perform(path: Path, folder: Path, *, workers: int, restart: bool, console: Console, lang: Lang) -> Result:
    """Value the portfolio of RUN.toml into the folder; raises DomainError, and KeyboardInterrupt when it is stopped."""
    wanted = read(path)
    rules = _rules(wanted)
    basis = work.basis(wanted.base_date, wanted.use_until, wanted.currency, keep_documents=wanted.keep_documents)
    assets = _file(path, wanted.assets, "/assets")
    count, digest = run.measured(assets)
    lineage = None if wanted.lineage is None else _file(path, wanted.lineage, "/lineage")
    identity = {
        "run": msgspec.to_builtins(wanted),
        "assets_sha256": digest,
        "lineage_sha256": None if lineage is None else run.measured(lineage)[1],
        "rules": [appraisals().version(basis.rule_set).sha256, rules.sha256],
    }
    store = _opened(folder, identity, restart=restart)
    try:
        with _progress(console, lang, "assets", count, store.read_until()) as progress:
            run.value(store, assets, basis, workers=workers, told=progress)
        if lineage is not None:
            run.link(store, lineage)
        if (full := run.overfull(store)) is not None:
            text = Text(f"{full} 的上游份额之和超过 1。", f"The upstream shares of {full} sum to more than 1.")
            raise InvalidInput(errors=[FieldError("/lineage", text, "LT-PTF-02")])
        result = summary.concluded(store, wanted, basis, rules)
        if wanted.previous is not None:
            result = _compared(result, store, path.parent / wanted.previous, basis, workers, console, lang)
        summary.write_assets(store, wanted.currency, folder / ASSETS)
        summary.write_faults(store, folder / FAULTS)
        store.tell("basis", msgspec.to_builtins(basis))
    finally:
        store.close()
    (folder / STATE).chmod(0o444)
    (folder / RESULT).write_bytes(canonical.dumps(result))
    return result


def _rules(wanted: RunFile) -> PortfolioRules:
    try:
        rules = policies().at(wanted.base_date)
        appraisals().at(wanted.base_date)
    except PolicyMissing as problem:
        raise RuleSetNotInForce(base_date=wanted.base_date) from problem
    if faults := list(totals.faults(wanted, rules.body)):
        raise InputsFaulty(errors=faults, count=len(faults))
    return rules


def _file(path: Path, named: str, pointer: str) -> Path:
    file = path.parent / named
    if not file.is_file():
        text = Text(f"没有文件 {file}。", f"There is no file {file}.")
        raise InvalidInput(errors=[FieldError(pointer, text, "LT-PTF-05")])
    return file


def _opened(folder: Path, identity: dict[str, Any], *, restart: bool) -> Store:
    """The state of this run, new or as it was left."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / RESULT).exists():
        raise RunFinished(folder=folder)
    if restart:
        for name in (STATE, f"{STATE}-journal"):
            (folder / name).unlink(missing_ok=True)
    store = Store(folder / STATE)
    stored_identity = store.told("identity")
    if stored_identity is None:
        store.tell("identity", identity)
    elif stored_identity != identity:
        store.close()
        raise RunDiffers(folder=folder)
    return store


def _compared(
    result: Result, store: Store, previous: Path, basis: work.Basis, workers: int, console: Console, lang: Lang
) -> Result:
    """Say what changed since an earlier run of the same currency."""
    path = previous / STATE
    if not (previous / RESULT).is_file() or not path.is_file():
        text = Text(f"{previous} 中没有已完成的运行。", f"There is no finished run in {previous}.")
        raise InvalidInput(errors=[FieldError("/previous", text, "LT-PTF-05")])
    before = Store(path, read_only=True)
    try:
        earlier = msgspec.convert(before.told("basis"), work.Basis)
        if earlier.currency != basis.currency:
            text = Text("此前运行的币种不同。", "The earlier run is in another currency.")
            raise InvalidInput(errors=[FieldError("/previous", text, "LT-PTF-05")])
        with Pool(workers) as processes, _progress(console, lang, "changes", None, 0) as progress:
            comparison = change.compare(
                before, store, (earlier, basis), processes=processes, workers=workers, told=progress
            )
    finally:
        before.close()
    return msgspec.structs.replace(result, change=comparison)


_TITLES = {
    "assets": Text("估值", "valuing"),
    "changes": Text("归因", "explaining changes"),
}


@contextlib.contextmanager
def _progress(
    console: Console, lang: Lang, title: str, total: int | None, done: int
) -> Iterator[Callable[[int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=False) as bar:
        task = bar.add_task(_TITLES[title].of(lang), total=total, completed=done)
        yield lambda more: bar.advance(task, more)


_WORDS = {
    "value": Text("组合价值：{value} {currency}（{low} 至 {high}）", "portfolio: {value} {currency} ({low} - {high})"),
    "sum": Text(
        "  资产 {assets} 项，合计 {sum}，重叠折减 {discount}",
        "  {assets} assets, sum {sum}, overlap discount {discount}",
    ),
    "shared": Text("  · 共同来源 {source}：{assets} 项资产，重复计量 {repeated}",
                   "  · shared source {source}: {assets} assets, repeated value {repeated}"),
    "change": Text("与上次相比：{amount}", "since the last run: {amount}"),
    "cause": Text("  {amount}  {cause}（{assets} 项资产）", "  {amount}  {cause} ({assets} assets)"),
    "shared cause": Text("  {amount}  {cause}", "  {amount}  {cause}"),
    "faulty": Text("✗ {faulty} 行未能估值，见 {file}", "✗ {faulty} lines could not be valued; see {file}"),
}  # fmt: skip


def result_lines(result: Result, folder: Path, lang: Lang) -> Iterator[str]:
    """The result in words, line by line."""
    currency = result.value.currency

    def say(word: str, **facts: object) -> str:
        return _WORDS[word].of(lang, **facts)

    yield say("value", value=result.value.amount, currency=currency, low=result.low.amount, high=result.high.amount)
    yield say("sum", assets=f"{result.assets:,}", sum=result.sum.amount, discount=result.discount.amount)
    for shared in result.shared[:SHARED_SHOWN]:
        yield say("shared", source=shared.source, assets=shared.assets, repeated=shared.repeated.amount)
    if result.change is not None:
        moved = result.change
        yield say("change", amount=_signed(moved.after - moved.before, currency))
        for cause in moved.causes:
            name, amount = CAUSES[cause.cause].of(lang), _signed(cause.amount, currency)
            word = "cause" if cause.assets else "shared cause"
            yield say(word, amount=f"{amount:>18}", cause=name, assets=f"{cause.assets:,}")
    if result.faulty:
        yield say("faulty", faulty=f"{result.faulty:,}", file=folder / FAULTS)
    yield f"→ {folder / RESULT}  {folder / ASSETS}"
    yield result.label.of(lang)


def _signed(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).decimal:+,}"
