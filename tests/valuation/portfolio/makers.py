"""Builders of runs: files that `liutong portfolio` reads."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from centre.cli import portfolio
from tests.valuation.appraisal.makers import cost, income, market, quality, said, study, weighing
from valuation.portfolio.engine.summary import Result

PROVENANCE = 'source = "house study"\nevidence = "fil_9"\nconfidence = "medium"\n'


def inputs(**over: Any) -> dict[str, Any]:
    """A study as JSON."""
    found: dict[str, Any] = msgspec.to_builtins(study(**over))
    return found


def both(**over: Any) -> dict[str, Any]:
    """Cost and income, half and half."""
    return inputs(cost=cost(), income=income(**over), weighing=weighing(gap_reason="demand"))


def line(asset: str, study_: Mapping[str, Any] | None = None, score: str = "92.50", **over: Any) -> dict[str, Any]:
    """One asset."""
    stated = inputs(market=market()) if study_ is None else study_
    return {"asset": asset, "quality": msgspec.to_builtins(quality(score)), "inputs": stated, **over}


def written(
    folder: Path, lines: Iterable[Mapping[str, Any] | bytes], *, name: str = "RUN", overlap: str = "0.8",
    within: str = "0.5", between: str = "0.2", more: str = "", base_date: str = "2026-11-23",
) -> Path:  # fmt: skip
    """RUN.toml with its assets."""
    with (folder / f"{name}.jsonl").open("wb") as file:
        for each in lines:
            file.write((each if isinstance(each, bytes) else msgspec.json.encode(each)) + b"\n")
    path = folder / f"{name}.toml"
    path.write_text(
        f'name = "{name}"\nbase_date = {base_date}\ncurrency = "CNY"\nassets = "{name}.jsonl"\n{more}'
        f'[overlap]\nvalue = "{overlap}"\n{PROVENANCE}'
        f'[correlation.within]\nvalue = "{within}"\n{PROVENANCE}'
        f'[correlation.between]\nvalue = "{between}"\n{PROVENANCE}'
    )
    return path


def performed(path: Path, folder: Path | None = None, *, restart: bool = False) -> Result:
    """The result of a run by one process."""
    quiet = Console(quiet=True)
    return portfolio.perform(
        path, folder or path.with_name(f"{path.stem}-result"), workers=1, restart=restart, console=quiet, lang="en"
    )


__all__ = ["both", "inputs", "line", "performed", "said", "written"]
