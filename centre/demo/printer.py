"""What the demonstration prints: numbered steps, each with its facts, and a progress bar for all of them."""

import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Printer:
    """Prints step by step; plain when the output is not a terminal."""

    def __init__(self, steps: int, *, plain: bool) -> None:
        self.console = Console(force_terminal=False if plain else None, highlight=False, soft_wrap=True)
        self._steps = steps
        self._number = 0
        self._began = time.monotonic()
        self._live = not plain and self.console.is_terminal
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> "Printer":
        if self._live:
            self._progress.start()
            self._task = self._progress.add_task("", total=self._steps)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._progress.stop()

    def step(self, zh: str, en: str) -> None:
        """Begin the next step."""
        self._number += 1
        if self._task is not None:
            self._progress.update(self._task, description=zh, completed=self._number - 1)
        self.console.print(f"\n[bold cyan]{self._number:2d}. {escape(zh)}[/] · {escape(en)}")

    def fact(self, text: str) -> None:
        """Tell one fact of the present step."""
        self.console.print(f"      {escape(text)}")

    def refused(self, what: str, code: str, rule: str) -> None:
        """Tell that something wrong was tried and refused, as it must be."""
        self.console.print(f"      [dim]refused as it must be:[/] {escape(what)} → {escape(code)} [{escape(rule)}]")

    def end(self, text: str) -> None:
        """Print the last line."""
        if self._task is not None:
            self._progress.update(self._task, completed=self._steps)
        seconds = time.monotonic() - self._began
        self.console.print(f"\n[bold green]{escape(text)}[/]  ({seconds:.1f} s)")
