"""Bringing a database to the newest schema: one transaction under an advisory lock, safe from many at once."""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

_LOCK: Final = 0x6C69_7574_6F6E_67  # "liutong" in ASCII.

PACKAGES: Final = ("kernel", "rights", "valuation", "contracts", "market", "channels", "centre")


def load_models() -> None:
    """Import every module that defines tables, so that the metadata is whole."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            if module.name.rpartition(".")[2] in ("models", "tree_models", "idempotency"):
                importlib.import_module(module.name)


def config(connection: Connection) -> Config:
    """Alembic's configuration, without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made


async def upgrade(url: str, target: str = "head") -> None:
    """Migrate up to a revision; all of it happens or none."""
    await _run(url, lambda connection: command.upgrade(config(connection), target))


async def downgrade(url: str, target: str) -> None:
    """Migrate down to a revision; for development only, data is lost."""
    await _run(url, lambda connection: command.downgrade(config(connection), target))


async def check(url: str) -> None:
    """Raise when the models and the migrated schema differ."""
    await _run(url, lambda connection: command.check(config(connection)))


async def _run(url: str, work: Callable[[Connection], None]) -> None:
    # The migrations' environment needs them: imported inside the transaction, on a busy machine they would take longer
    # than the server lets a transaction rest.
    load_models()
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            # Whoever comes second waits until the first has migrated; a table in use is waited for much less.
            await connection.execute(text("SET LOCAL lock_timeout = '10min'"))
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await connection.execute(text("SET LOCAL lock_timeout = '30s'"))
            await connection.run_sync(work)
    finally:
        await engine.dispose()
