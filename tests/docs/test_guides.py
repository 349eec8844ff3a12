"""Every block of the guides by role does what its page says, in a sandbox that was seeded as `make serve` seeds it.

Each guide is a story of its own, told by the client and told again by curl. Both languages have the same blocks.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from centre.demo.processes import free_port
from centre.pages.portal.guides.drawing import ROLES
from tests.docs import blocks, terminal
from tests.laws.source import ROOT

pytestmark = pytest.mark.xdist_group("docs")

GUIDES = ROOT / "docs" / "guides"
SERVE = blocks.Block("guides", 0, "sh", "liutong serve --seed\n", "server")


def told(role, language, lang="zh"):
    """What a guide has in one language of programs, as one program."""
    every = blocks.blocks(GUIDES / f"{role}.{lang}.md")
    return [block for block in every if block.language == language]


def test_there_is_a_guide_for_each_role_in_both_languages():
    assert {path.name for path in GUIDES.iterdir()} == {f"{role}.{lang}.md" for role in ROLES for lang in ("zh", "en")}


@pytest.mark.parametrize("role", ROLES)
def test_both_languages_have_the_same_blocks_and_each_step_is_told_twice(role):
    for language in ("sh", "python"):
        assert [each.text for each in told(role, language, "zh")] == [each.text for each in told(role, language, "en")]
    chinese, english = [(GUIDES / f"{role}.{lang}.md").read_text(encoding="utf-8") for lang in ("zh", "en")]
    assert len(re.findall(r"^## ", chinese, re.MULTILINE)) == len(re.findall(r"^## ", english, re.MULTILINE))
    assert not re.search("[\u4e00-\u9fff]", blocks.prose(GUIDES / f"{role}.en.md"))
    assert [each.language for each in blocks.blocks(GUIDES / f"{role}.zh.md")] == ["python", "sh"] * len(
        told(role, "sh")
    )


@pytest.fixture(scope="module")
def sandbox():
    """A seeded sandbox that is served, the folder of whoever reads, and its environment."""
    folder = Path(tempfile.mkdtemp(prefix="liutong-guides-"))
    folder.chmod(0o755)
    terminal.set_up(folder)
    address = f"http://127.0.0.1:{free_port()}"
    environment = terminal.path_of(folder, liutong=True)
    with terminal.running(SERVE, folder, environment, address):
        yield folder, environment, address
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_block_of_a_guide_runs(role, sandbox):
    folder, environment, address = sandbox
    program = "".join(block.text for block in told(role, "python")).replace(terminal.PRINTED, address)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "client/src")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    terminal.run(told(role, "sh"), folder, environment, address)
