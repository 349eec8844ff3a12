"""The responsibility matrix (责任矩阵): who does what, and how, at every stage of the data's life; pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from contracts.clauses.types import STAGES, Clause, ModelContract, Stage, text
from kernel.errors import FieldError
from kernel.text import Text

RULE: Final = "LT-CON-15"
COLUMNS: Final = {"who": Text("谁", "Who"), "what": Text("做什么", "What"), "how": Text("如何做", "How")}


class Cell(msgspec.Struct, frozen=True):
    """What one clause says in a cell."""

    clause: str
    text: Text


class MatrixRow(msgspec.Struct, frozen=True):
    """One stage of the data's life."""

    stage: Stage
    name: Text
    who: tuple[Cell, ...]
    what: tuple[Cell, ...]
    how: tuple[Cell, ...]


def matrix(model: ModelContract, clauses: Iterable[Clause]) -> tuple[MatrixRow, ...]:
    """The cells that the clauses fill, in their order; none where the model has no matrix."""
    listed = list(clauses)
    return tuple(_row(model, listed, stage) for stage in STAGES) if model.matrix else ()


def _row(model: ModelContract, clauses: Sequence[Clause], stage: Stage) -> MatrixRow:
    said = [(clause.id, duty) for clause in clauses for duty in clause.matrix if duty.stage is stage]
    return MatrixRow(
        stage=stage,
        name=STAGES[stage],
        who=_distinct((name, model.role(duty.who)) for name, duty in said if duty.who is not None),
        what=_distinct((name, text(duty.what)) for name, duty in said if duty.what is not None),
        how=_distinct((name, text(duty.how)) for name, duty in said if duty.how is not None),
    )


def _distinct(said: Iterable[tuple[str, Text]]) -> tuple[Cell, ...]:
    """Who is named by two clauses stands once, by the first."""
    found: dict[Text, Cell] = {}
    for name, words in said:
        found.setdefault(words, Cell(name, words))
    return tuple(found.values())


def faults(rows: Iterable[MatrixRow], clauses: Iterable[Clause]) -> Iterator[FieldError]:
    """A fault for each empty cell, naming clauses that would fill it."""
    offered = list(clauses)
    for row in rows:
        for column, name in COLUMNS.items():
            if getattr(row, column):
                continue
            filling = ", ".join(
                clause.id
                for clause in offered
                if any(duty.stage is row.stage and getattr(duty, column) is not None for duty in clause.matrix)
            )
            fault = Text(
                "责任矩阵“{stage}·{column}”为空；可由下列条款填写：{filling}",
                "The cell {stage} · {column} of the responsibility matrix is empty; these clauses would fill it: "
                "{filling}",
            )
            yield FieldError("/clauses", fault.filled(stage=row.name, column=name, filling=filling or "–"), RULE)
