"""The client's wheel alone: what it needs, and that it works where nothing of the product is installed."""

import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.laws.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

NEEDED = ("cryptography", "cffi", "pycparser", "httpx", "httpcore", "h11", "anyio", "sniffio", "idna", "certifi",
          "msgspec", "rfc8785", "typing_extensions")  # fmt: skip
"""What the wheel asks for, with what that asks for."""

EXTRA = ("click", "yaml", "rich", "markdown_it", "mdurl", "pygments")
"""The same of its command line."""


def run(*words, cwd):
    done = subprocess.run([str(word) for word in words], cwd=cwd, env={}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT / "client", capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    [made] = folder.glob("*.whl")
    return made


def test_it_holds_the_client_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        [metadata] = [name for name in names if name.endswith("/METADATA")]
        text = files.read(metadata).decode()
    assert {name.partition("/")[0] for name in names} == {"liutong_client", "liutong_client-0.1.0.dist-info"}
    assert "liutong_client/py.typed" in names
    asked = re.findall(r"^Requires-Dist: ([a-z0-9]+)[^;\n]*(?:; extra == '(\w+)')?$", text, re.MULTILINE)
    assert sorted(asked) == [
        ("click", "cli"), ("cryptography", ""), ("httpx", ""), ("msgspec", ""), ("pyyaml", "cli"), ("rfc8785", ""),
        ("rich", "cli"),
    ]  # fmt: skip
    assert "liutong_client/cli/listing.schema.json" in names
    assert "License-Expression: Apache-2.0" in text
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_it_works_where_only_its_own_dependencies_are(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    [packages] = (tmp_path / "env/lib").glob("python3.*/site-packages")
    installed = Path(httpx.__file__).parents[1]
    for name in NEEDED:
        for path in installed.glob(f"{name}*"):
            if path.stem.partition("-")[0] == name and not (packages / path.name).exists():
                (packages / path.name).symlink_to(path)
    for path in installed.glob("_cffi_backend*"):
        (packages / path.name).symlink_to(path)
    code = (
        "import sys, liutong_client as c;"
        "print(c.__file__, c.SigningKey.generate().public_key[:3], c.Liutong('https://centre.example'));"
        "print([name for name in sys.modules if name.partition('.')[0] in"
        " ('kernel', 'rights', 'valuation', 'contracts', 'market', 'channels', 'centre', 'litestar', 'sqlalchemy')])"
    )
    told = run(python, "-c", code, cwd=tmp_path).splitlines()
    assert told[0].startswith(str(packages))
    assert told[0].endswith("z6M Liutong('https://centre.example')")
    assert told[1] == "[]"
    program = tmp_path / "env/bin/liutong"
    lacking = subprocess.run([str(program), "--help"], cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60)
    assert (lacking.returncode, "liutong-client[cli]" in lacking.stderr) == (1, True)
    for name in EXTRA:
        for path in installed.glob(f"{name}*"):
            if path.stem.partition("-")[0].lower() == name and not (packages / path.name).exists():
                (packages / path.name).symlink_to(path)
    assert "negotiate" in run(program, "--help", cwd=tmp_path)
    shown = run(program, "config", "show", cwd=tmp_path)
    assert shown.splitlines()[0].split() == ["name", "value"]
