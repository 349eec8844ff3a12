"""The wheel alone, far from the checkout: installed, it tells the demonstration, serves a sandbox and verifies."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from pathlib import Path

import httpx
import litestar
import pytest

from tests.centre.test_processes import free_port

ROOT = Path(__file__).resolve().parents[2]


def answers(python):
    """Whether an interpreter of that name is here and runs; some are mere signs of one that is not chosen."""
    return shutil.which(python) is not None and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*words, cwd, **more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LIUTONG_", "PYTHON"))}
    return subprocess.run(
        [str(word) for word in words], cwd=cwd, env=clean, capture_output=True, text=True, timeout=300, **more
    )


@pytest.fixture(scope="module")
def place():
    """A folder that every user may enter: the embedded PostgreSQL of a root user runs as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="liutong-wheel-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def wheel(place):
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place / "dist", cwd=ROOT)
    assert built.returncode == 0, built.stderr
    [made] = (place / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def liutong(place, wheel):
    """The command, from the wheel; its locked dependencies are those that are installed here already."""
    venv.create(place / "env", with_pip=True)
    binaries = place / "env" / "bin"
    installed = run(binaries / "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=place)
    assert installed.returncode == 0, installed.stderr
    [packages] = (place / "env" / "lib").glob("python3.*/site-packages")
    (packages / "dependencies.pth").write_text(str(Path(litestar.__file__).parents[1]) + "\n")
    where = run(binaries / "python", "-c", "import centre; print(centre.__file__)", cwd=place)
    assert where.stdout.startswith(str(packages)), where.stdout + where.stderr
    return binaries / "liutong"


def test_the_metadata_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        [metadata] = [name for name in names if name.endswith("/METADATA")]
        text = files.read(metadata).decode()
    for line in (
        "License-Expression: Apache-2.0",
        "Description-Content-Type: text/markdown",
        "Requires-Python: >=3.11",
    ):
        assert line in text, line
    for file in ("LICENSE", "NOTICE", "THIRD-PARTY.md"):
        assert any(name.endswith(f".dist-info/licenses/{file}") for name in names), file
    assert "Classifier: Typing :: Typed" in text
    assert {name.partition("/")[0] for name in names if name.endswith("/py.typed") and name.count("/") == 1} == {
        *("kernel", "rights", "valuation", "contracts", "market", "channels", "centre", "migrations")
    }
    assert not any(name.startswith(("tests/", "bench/", "release/")) for name in names)


def test_it_tells_the_demonstration_and_verifies_it(place, liutong):
    done = run(liutong, "demo", "--plain", "--output", "out", cwd=place)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert json.loads((place / "out" / "summary.json").read_text())["order_state"] == "settled"
    documents = [f"out/{name}.json" for name in ("certificate", "scorecard", "valuation", "agreement", "settlement")]
    verified = run(liutong, "verify", "--trust", "out/trust.json", *documents, cwd=place)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert run(liutong, "verify", *documents, cwd=place).returncode == 1, "by its own word"
    log = run(liutong, "log", "verify", "out/log", "--trust", "out/trust.json", cwd=place)
    assert log.returncode == 0, log.stdout + log.stderr


def test_it_serves_a_seeded_sandbox_with_a_key_for_every_role(place, liutong):
    port, data = free_port(), place / "var"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LIUTONG_", "PYTHON"))}
    command = [liutong, "serve", "--seed", "--port", str(port)]
    with (place / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=place, env={**clean, "LIUTONG_DATA_DIR": str(data)}, stdout=log, stderr=log
        )
    try:
        keys = _seeded(server, data, f"http://127.0.0.1:{port}", place / "serve.log")
        assert set(keys) == {
            *("operator", "registrar", "reviewer", "clearing", "regulator", "auditor"),
            *("provider", "buyer", "card_buyer", "valuer", "tester"),
        }
        for name, each in keys.items():
            headers = {"authorization": f"Bearer {each['key']}"}
            answer = httpx.get(f"http://127.0.0.1:{port}/v1/api-keys", headers=headers, timeout=10)
            assert answer.status_code == 200, name
        assert httpx.get(f"http://127.0.0.1:{port}/v1/listings", timeout=10).json()["items"]
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(60)
    assert code == 0, (place / "serve.log").read_text()[-3000:]


def _seeded(server, data, url, log):
    until = time.monotonic() + 240
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return json.loads((data / "sandbox-keys.json").read_text())
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


@pytest.mark.parametrize("python", ["python3.12", "python3.13"])
def test_newer_pythons_read_the_code_without_a_warning(place, wheel, python):
    """Where another interpreter is at hand; its own dependencies would have to be fetched, so nothing is run."""
    if not answers(python):
        pytest.skip(f"{python} is not here")
    folder = place / python
    with zipfile.ZipFile(wheel) as files:
        files.extractall(folder)
    read = run(python, "-W", "error", "-m", "compileall", "-q", folder, cwd=place)
    assert read.returncode == 0, read.stdout + read.stderr
