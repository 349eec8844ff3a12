"""Scoring in a process of its own: plain values in, parts and steps while it works, bytes or the reason why not out."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from kernel.crypto import canonical
from kernel.errors import DomainError
from valuation.quality.access.publicity import as_provider_shows
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import ContractFaulty
from valuation.quality.policy import QualityRules, policies
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring import outside
from valuation.quality.scoring.parts import Part, StoredPart, problem_of, salvage
from valuation.quality.scoring.score import passes_of, score

Send = Callable[[tuple[Any, ...]], None]


class Task(msgspec.Struct, frozen=True):
    """What a process needs to score: `done` holds the parts of an earlier attempt, `folder` is its own to fill.

    `publicity` is the provider's contract, which decides what is shown of the data; without it nothing is.
    """

    document: dict[str, Any]
    publicity: dict[str, Any] | None
    files: dict[str, str]
    as_of: datetime
    policy_version: str
    done: dict[str, bytes]
    folder: str

    def run(self, send: Send) -> "Scored":
        """Do it."""
        return run(self, send)


class Scored(msgspec.Struct, frozen=True):
    """What the process gives back: the canonical bytes of the scorecard, or the problem, by object where it is known.

    `card` is what is signed, `inside` the same with what the platform keeps of the values.
    An object without a part and without a problem of its own was not reached.
    """

    card: bytes | None
    problem: RunProblem | None
    by_object: dict[str, RunProblem] = {}
    inside: bytes | None = None


def run(task: Task, send: Send) -> Scored:
    """Score files by their paths; what is wrong with the data comes back as a problem, our own faults are raised.

    Sends ("step", done, of, name) when a step begins and ("part", object, rows, bytes) when a part is finished.
    """
    contract = read(task.document)
    if not isinstance(contract, Contract):
        return Scored(None, problem_of(ContractFaulty.of(contract)))
    contract = as_provider_shows(contract, task.publicity)
    policy, paths = policies().version(task.policy_version), {name: Path(path) for name, path in task.files.items()}
    # A part whose values an earlier release had masked is measured again.
    found = {name: StoredPart.decode(data) for name, data in task.done.items()}
    done = {name: kept.part for name, kept in found.items() if kept.public is not None}
    everybody = outside.public(contract)

    def keep(part: Part) -> None:
        name = part.file.object
        done[name] = outside.of_part(part, outside.inside(contract, {name: part.personal}))
        public = tuple(column.column for column in part.columns if everybody(name, column.column))
        send(("part", name, part.file.rows, StoredPart(done[name], public).encode()))

    try:
        card = score(
            contract,
            paths,
            as_of=task.as_of,
            policy=policy,
            progress=lambda at, of, name: send(("step", at, of, name)),
            done=done.copy(),
            keep=keep,
        )
    except DomainError as refused:
        return Scored(None, problem_of(refused), _rest(contract, paths, task, policy, done, keep))
    inside = outside.of_card(card, outside.inside(contract, card.personal_data))
    return Scored(canonical.dumps(outside.of_card(inside, everybody)), None, inside=canonical.dumps(inside))


def _rest(
    contract: Contract,
    paths: dict[str, Path],
    task: Task,
    policy: QualityRules,
    done: dict[str, Part],
    keep: Callable[[Part], None],
) -> dict[str, RunProblem]:
    """Keep the parts that can still be had, and say why each other object has none."""
    if len(contract.objects) == 1:
        return {}
    with tempfile.TemporaryDirectory(prefix="liutong-salvage-", dir=task.folder) as place:
        saved = salvage(
            contract,
            paths,
            as_of=task.as_of,
            policy=policy,
            done=done,
            passes=lambda tables: passes_of("auto", tables, task.as_of, Path(place)),
            folder=Path(place),
        )
    for name, part in saved.parts.items():
        if name not in done:
            keep(part)
    return saved.problems
