"""What `liutong score` still tells when one file of several is faulty: a partial result that says so, and no score."""

import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kernel.errors import DomainError
from kernel.text import Lang
from valuation.quality.contract.contract import Contract
from valuation.quality.policy import QualityRules
from valuation.quality.scoring import outside
from valuation.quality.scoring.parts import Salvage, problem_of, salvage
from valuation.quality.scoring.score import passes_of

_NOTHING = Salvage({}, {})


def saved(
    contract: Contract, paths: Mapping[str, Path], as_of: datetime, policy: QualityRules, folder: Path
) -> Salvage:
    """Measure the sound objects of a data set; nothing where there is only one."""
    if len(contract.tables) == 1 or not paths:
        return _NOTHING
    with tempfile.TemporaryDirectory(prefix="salvage-", dir=folder) as place:
        return salvage(
            contract,
            paths,
            as_of=as_of,
            policy=policy,
            done={},
            passes=lambda tables: passes_of("auto", tables, as_of, Path(place)),
            folder=Path(place),
        )


def tell(
    salvage: Salvage, refused: DomainError, *, as_json: bool, lang: Lang, shows: outside.Shows | None = None
) -> None:
    """Tell a partial result: as JSON with `partial` in it, or as a table under a headline that says so.

    Of values only what `shows` allows is told, if it is given.
    """
    if not salvage.parts:
        return
    if as_json:
        document: dict[str, Any] = {
            "partial": True,
            "score": None,
            "problem": problem_of(refused),
            "objects_missing": salvage.problems,
            "rows": sum(part.file.rows for part in salvage.parts.values()),
            "parts": {
                name: part if shows is None else outside.of_part(part, shows) for name, part in salvage.parts.items()
            },
        }
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n")
        return
    zh, console = lang == "zh", Console(highlight=False, soft_wrap=True)
    words = "部分结果（不构成评分）" if zh else "A partial result, which is no score"
    heads = ("对象", "记录数", "检查未通过") if zh else ("Object", "Rows", "Checks failed")
    table = Table(*heads, box=None, title=words)
    for name, part in salvage.parts.items():
        failing = sum(1 for check in part.checks if check.failed)
        table.add_row(escape(name), f"{part.file.rows:,}", f"{failing} / {len(part.checks)}")
    console.print(table)
    for name, problem in salvage.problems.items():
        click.echo(f"– {name}: {problem.detail.of(lang)}", err=True)
