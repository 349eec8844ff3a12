"""How far a file has come, on a terminal."""

import sys
from types import TracebackType

import click

from liutong_client.cli.output import Screen


class Progress:
    """Is told bytes done and bytes in all; writes to stderr where that is a terminal, and nothing elsewhere."""

    def __init__(self, screen: Screen) -> None:
        self._screen, self._percent, self._is_terminal = screen, -1, sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, done: int, size: int) -> None:
        percent = 100 * done // size if size else 100
        if self._is_terminal and percent != self._percent:
            self._percent = percent
            click.echo(f"\r{percent:3d} %  {size:,} {self._screen.of('字节', 'bytes')}\033[K", err=True, nl=False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._percent >= 0:
            click.echo(err=True)
