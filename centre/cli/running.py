"""What every command of a centre needs: settings that are safe to start with, and one way to run and to fail."""

import asyncio
import dataclasses
import importlib.util
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from kernel import settings as configuration
from kernel.settings import Settings, SettingsInvalid

if TYPE_CHECKING:
    from centre.safety import Finding

T = TypeVar("T")

FOLDER: Final = click.Path(path_type=Path, file_okay=False)
FILE: Final = click.Path(path_type=Path, dir_okay=False)


def configured(*, safe: bool = True, **values: str | int | None) -> Settings:
    """The settings of the environment, with what the command line says instead."""
    named = {f"LIUTONG_{name.upper()}": str(value) for name, value in values.items() if value is not None}
    try:
        settings = configuration.from_env({**os.environ, **named})
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from problem
    faults = _faults(settings) if safe else []
    if faults:
        lines = "\n".join(f"  {variable(f.name)}: {f.message}; {f.cure}" for f in faults)
        raise click.ClickException(f"this installation is not safe to start:\n{lines}")
    return settings


def variable(name: str) -> str:
    """The environment variable of a setting."""
    fields = {field.name for field in dataclasses.fields(Settings)}
    return f"LIUTONG_{name.upper()}" if name in fields else name


def _faults(settings: Settings) -> "list[Finding]":
    """What keeps production from starting; the sandbox starts with what it has."""
    from centre.safety import unsafe

    faults = unsafe(settings)
    if not settings.sandbox:
        from centre import doctor

        named = {fault.name for fault in faults}
        faults += [each for each in doctor.local(settings) if each.fatal and each.name not in named]
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
        message = "; ".join([str(problem), *(f"{fault.pointer}: {fault.detail.en}" for fault in problem.errors)])
        raise click.ClickException(message) from problem
    except ConnectionError as problem:
        raise click.ClickException(f"no connection ({problem}); ask: liutong doctor") from problem
