"""What is taken of what a program wrote, and what of a submission is refused."""

import os

import msgspec
import pytest

from channels.programs import collecting, rules
from channels.programs.collecting import Folder
from channels.programs.schemas import SubmitProgram
from channels.programs.states import PROGRAM_RUN, ProgramRunState
from kernel.states import Role
from tests.channels.programs.story import HAS_BWRAP, LIMITS, MISSING, POLICY, ROOMY, confined


def asked(**over):
    return msgspec.convert({"program": "print(1)", "results": ["a.csv"], **over}, SubmitProgram)


@pytest.mark.parametrize(
    ("over", "pointers"),
    [
        ({}, []),
        ({"program": "\0"}, ["/program"]),
        ({"program": "é" * 32_769}, ["/program"]),
        ({"program": "\ud800"}, ["/program"]),
        ({"results": ["a.csv", "b.csv", "a.csv"]}, ["/results/2"]),
        ({"results": [f"{at}.csv" for at in range(6)]}, ["/results"]),
    ],
)
def test_a_submission_is_told_every_fault(over, pointers):
    faults = rules.program_faults(asked(**over), POLICY)
    assert [fault.pointer for fault in faults] == pointers
    assert {fault.rule for fault in faults} <= {"LT-COD-02"}


@pytest.mark.parametrize(
    "name", ["", ".csv", "a.exe", "../a.csv", "a/b.csv", "A.csv", "a.csv\n", "a" * 41 + ".csv", "-.csv"]
)
def test_a_result_has_a_plain_name(name):
    with pytest.raises(msgspec.ValidationError):
        asked(results=[name])


def test_tables_keep_their_names_but_for_those_that_no_file_system_takes():
    assert rules.data_names(["工资.csv", "表" * 90 + ".parquet", "b.CSV"]) == ["工资.csv", "table-2.parquet", "b.CSV"]


def test_only_a_plain_file_of_one_name_and_of_its_size_is_read(tmp_path):
    plain = tmp_path / "a.csv"
    plain.write_bytes(b"x" * 10)
    assert collecting.read(plain, 10) == b"x" * 10
    assert collecting.read(plain, 9) == b""
    (tmp_path / "link.csv").symlink_to(plain)
    assert collecting.read(tmp_path / "link.csv", 10) == b""
    os.mkfifo(tmp_path / "fifo.csv")
    assert collecting.read(tmp_path / "fifo.csv", 10) == b""
    assert collecting.read(tmp_path, 10) == b""
    assert collecting.read(tmp_path / "none.csv", 10) == b""
    (tmp_path / "second.csv").hardlink_to(plain)
    assert collecting.read(plain, 10) == b""


def test_nothing_that_waits_waits_for_ever():
    waiting = {state for state in ProgramRunState if any(PROGRAM_RUN.actions(state, role) for role in Role)}
    assert all(PROGRAM_RUN.actions(state, Role.SYSTEM) for state in waiting)


RESULTS = {
    "good.csv": (b"a,b\n1,2\n3,4\n", 2),
    "ragged.csv": (b"a,b\n1\n", None),
    "latin.csv": (b"a\n\xff\n", None),
    "good.json": (b'[{"a": 1}, {"a": 2}]', 2),
    "one.json": (b'{"a": 1}', 1),
    "nan.json": (b"[NaN]", None),
    "deep.json": (b"[" * 100_000, None),
    "text.parquet": (b"PAR1 and nothing", None),
    "pickle.csv": (b"\x80\x04\x95", None),
}


@pytest.mark.slow
@pytest.mark.skipif(not HAS_BWRAP, reason=MISSING)
async def test_results_are_read_as_what_their_names_say(tmp_path):
    folder = Folder(tmp_path / "run").made("", list(RESULTS))
    for name, (content, _) in RESULTS.items():
        folder.result(name).write_bytes(content)
    found = await collecting.verdicts(await confined(), folder, list(RESULTS), ROOMY)
    assert {name: verdict.rows for name, verdict in found.items()} == {
        name: rows for name, (_, rows) in RESULTS.items()
    }
    assert LIMITS.file_bytes > max(len(content) for content, _ in RESULTS.values())
