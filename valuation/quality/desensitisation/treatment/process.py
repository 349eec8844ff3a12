"""Desensitising in a process of its own, like scoring: plain values in, the report and files or the reason out."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from kernel.crypto import canonical
from kernel.errors import DomainError
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read as read_contract
from valuation.quality.desensitisation import plan as plans
from valuation.quality.desensitisation.treatment.apply import desensitise
from valuation.quality.policy import policies
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of


class Treated(msgspec.Struct, frozen=True):
    """The canonical report with the paths of the new files, or the problem."""

    report: bytes | None
    files: dict[str, str]
    problem: RunProblem | None


class Treatment(msgspec.Struct, frozen=True):
    """What a process needs to desensitise; `folder` is its own to fill."""

    plan: dict[str, Any]
    contract: dict[str, Any] | None
    files: dict[str, str]
    key: bytes
    as_of: datetime
    policy_version: str
    folder: str

    def run(self, send: Callable[[tuple[Any, ...]], None]) -> Treated:
        """Treat the files; what is wrong with them comes back as a problem, our own faults are raised."""
        contract = None if self.contract is None else read_contract(self.contract)
        out = Path(self.folder) / "out"
        try:
            report = desensitise(
                plans.read(self.plan),
                {name: Path(path) for name, path in self.files.items()},
                out,
                key=self.key,
                as_of=self.as_of,
                policy=policies().version(self.policy_version),
                contract=contract if isinstance(contract, Contract) else None,
                progress=lambda at, of, name: send(("step", at, of, name)),
            )
        except DomainError as refused:
            return Treated(None, {}, problem_of(refused))
        return Treated(canonical.dumps(report), {f.file: str(out / f.file) for f in report.files}, None)
