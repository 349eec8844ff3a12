"""Alembic's entry: it runs on the connection that migrations.run hands it, inside that connection's transaction."""

from typing import Any

from alembic import context

from kernel.db import Base
from migrations.run import load_models

load_models()


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """The queue's own tables belong to pgqueuer."""
    return not (kind == "table" and name is not None and name.startswith("pgqueuer"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
