"""What a program may use and what its results must be; pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from channels.programs.confinement.running import Limits
from channels.programs.schemas import SubmitProgram
from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text

Count = Annotated[int, Meta(ge=1, le=2**40)]
SUFFIXES: Final = (".csv", ".parquet")
"""Of the tables that a program is given."""
NAME_BYTES_MAX: Final = 255
"""Of a name on Linux."""


class ProgramRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one run may use, how long it may wait, and how long what a probe found holds."""

    environment: str
    libraries: list[str]
    program_bytes_max: Count
    results_max: Count
    result_bytes_max: Count
    said_bytes_max: Count
    memory_bytes: Count
    tasks_max: Count
    scratch_bytes: Count
    run_seconds_max: Count
    collect_seconds: Count
    data_bytes_max: Count
    queue_minutes_max: Count
    review_working_days: Count
    versions_day_max: Count
    probe_minutes: Count
    probe_holds_minutes: Count

    @property
    def limits(self) -> Limits:
        """Those of the confined process."""
        return Limits(
            memory_bytes=self.memory_bytes,
            tasks_max=self.tasks_max,
            seconds=self.run_seconds_max,
            scratch_bytes=self.scratch_bytes,
            file_bytes=self.result_bytes_max,
            said_bytes=self.said_bytes_max,
        )

    @property
    def running_time(self) -> timedelta:
        """From the start of every run to the moment at which its end is told, however soon it came."""
        return timedelta(seconds=self.run_seconds_max + self.collect_seconds)

    @property
    def told(self) -> dict[str, int]:
        """The limits as buyers are told of them."""
        names = (
            "program_bytes_max",
            "results_max",
            "result_bytes_max",
            "said_bytes_max",
            "memory_bytes",
            "tasks_max",
            "scratch_bytes",
            "run_seconds_max",
            "data_bytes_max",
        )
        return {name: getattr(self, name) for name in names}


RULES: Final = policy.load("programs", ProgramRules, "channels.programs")


def program_faults(data: SubmitProgram, rules: ProgramRules) -> list[FieldError]:
    """Every way in which a program or the names of its results cannot be taken."""
    faults = []
    try:
        size_bytes = len(data.program.encode())
    except UnicodeEncodeError:
        size_bytes = 0
        faults.append(_fault("/program", "不是有效的 Unicode 文本", "It is no valid Unicode text"))
    if size_bytes > rules.program_bytes_max:
        limit = rules.program_bytes_max
        faults.append(_fault("/program", f"最多 {limit} 字节（UTF-8）", f"It has {limit} bytes of UTF-8 at the most"))
    if "\0" in data.program:
        faults.append(_fault("/program", "不得含有 NUL 字符", "It has no NUL character"))
    if len(data.results) > rules.results_max:
        limit = rules.results_max
        faults.append(_fault("/results", f"最多 {limit} 个结果文件", f"There are {limit} results at the most"))
    seen: set[str] = set()
    for at, name in enumerate(data.results):
        if name in seen:
            faults.append(_fault(f"/results/{at}", "名称不得重复", "No name stands twice"))
        seen.add(name)
    return faults


def data_names(names: Sequence[str]) -> list[str]:
    """What tables are called inside: their own names, but for one that no file system takes."""
    kept = [name if len(name.encode()) <= NAME_BYTES_MAX else "" for name in names]
    return [name or f"table-{at + 1}{_suffix(names[at])}" for at, name in enumerate(kept)]


def _suffix(name: str) -> str:
    return next(suffix for suffix in SUFFIXES if name.lower().endswith(suffix))


def is_table(name: str) -> bool:
    """Whether a file is one that programs are given."""
    return name.lower().endswith(SUFFIXES)


def manifest_sha256(outcome: str, said: str, complained: str, results: Mapping[str, str | None]) -> str:
    """The digest of all that a run gives: how it ended, what it said, and its results by name and digest."""
    content: dict[str, Any] = {
        "outcome": outcome,
        "said_sha256": canonical.sha256_hex(said.encode()),
        "complained_sha256": canonical.sha256_hex(complained.encode()),
        "results": {name: sha256 for name, sha256 in results.items() if sha256 is not None},
    }
    return canonical.sha256_hex(canonical.dumps(content))


PROBLEMS: Final = {
    "empty": Text("未写入内容", "Nothing was written to it"),
    "unreadable": Text("无法按其类型读取", "It cannot be read as what its name says"),
    "too_many_rows": Text("行数超过说明所许", "It has more rows than the offer lets one have"),
}
"""Why a result cannot be had."""


def _fault(pointer: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, Text(zh, en), "LT-COD-02")
