"""What every command of a centre needs: settings that are safe to start with, and one way to run and to fail."""

import asyncio
import dataclasses
import importlib.util
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from kernel import settings as configuration
from kernel.settings import Settings, SettingsInvalid

T = TypeVar("T")

FOLDER: Final = click.Path(path_type=Path, file_okay=False)
FILE: Final = click.Path(path_type=Path, dir_okay=False)


def configured(*, safe: bool = True, **given: str | int | None) -> Settings:
    """The settings of the environment, with what the command line says instead."""
    named = {f"LIUTONG_{name.upper()}": str(value) for name, value in given.items() if value is not None}
    try:
        found = configuration.from_env({**os.environ, **named})
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from problem
    faults = _faults(found) if safe else []
    if faults:
        lines = "\n".join(f"  {variable(f.name)}: {f.message}; {f.cure}" for f in faults)
        raise click.ClickException(f"this installation is not safe to start:\n{lines}")
    return found


def variable(name: str) -> str:
    """The environment variable of a setting."""
    known = {field.name for field in dataclasses.fields(Settings)}
    return f"LIUTONG_{name.upper()}" if name in known else name


def _faults(found: Settings) -> list[configuration.Finding]:
    """What keeps production from starting; the sandbox starts with what it has."""
    faults = configuration.unsafe(found)
    if not found.sandbox:
        from centre import doctor

        named = {fault.name for fault in faults}
        faults += [each for each in doctor.local(found) if each.fatal and each.name not in named]
    return faults


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end; whatever an operator can mend is told in a line."""
    from kernel.errors import DomainError
    from kernel.postgres.server import PostgresUnavailable

    runner: Callable[[Coroutine[Any, Any, T]], T] = asyncio.run
    if importlib.util.find_spec("uvloop"):
        import uvloop

        runner = uvloop.run
    try:
        return runner(work)
    except (PostgresUnavailable, SettingsInvalid) as problem:
        raise click.ClickException(str(problem)) from problem
    except DomainError as problem:
        told = "; ".join([str(problem), *(f"{fault.pointer}: {fault.detail.en}" for fault in problem.errors)])
        raise click.ClickException(told) from problem
    except ConnectionError as problem:
        raise click.ClickException(f"no connection ({problem}); ask: liutong doctor") from problem
