"""Scoring in a process of its own: plain values in, bytes or the reason why not out."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from kernel import canonical
from kernel.errors import DomainError
from kernel.text import Text
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import ContractFaulty
from valuation.quality.policy import policies
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.score import score


class Scored(msgspec.Struct, frozen=True):
    """What the process gives back: the canonical bytes of the scorecard, or the problem."""

    card: bytes | None
    problem: RunProblem | None


def run(document: dict[str, Any], files: dict[str, str], as_of: datetime, policy_version: str) -> Scored:
    """Score files by their paths; what is wrong with the data comes back as a problem, our own faults are raised."""
    try:
        contract = read(document)
        if not isinstance(contract, Contract):
            raise ContractFaulty.of(contract)
        paths = {name: Path(path) for name, path in files.items()}
        card = score(contract, paths, as_of=as_of, policy=policies().version(policy_version))
    except DomainError as refused:
        return Scored(None, problem_of(refused))
    return Scored(canonical.dumps(card), None)


def problem_of(refused: DomainError) -> RunProblem:
    """A refusal as plain texts, which outlive the process and the code."""
    zh, en = (refused.detail.of(lang, **refused.facts) for lang in ("zh", "en"))
    return RunProblem(refused.code(), refused.title, Text(zh, en))
