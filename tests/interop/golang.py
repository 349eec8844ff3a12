"""Go's checksum-database packages, as a verifier of the log and as a witness of it."""

import dataclasses
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from kernel.crypto import signing
from kernel.log.witnesses.message import AddCheckpoint
from kernel.tlog.keys import LogKeys
from kernel.tlog.note import KIND_WITNESS, VerifierKey, witnessed
from tests.interop.stand import HERE, NEXT_KEY, Absent, Bench, altered, needs
from tests.kernel.documents import material


def go_sumdb(bench: Bench) -> None:
    """Go's checksum-database packages from Debian: the whole log, growth, offline proofs, and a key that changed."""
    go, environ = _go(bench)
    program = bench.folder / "verifier"
    subprocess.run(
        [go, "build", "-o", str(program), str(HERE / "go" / "main.go")], check=True, env=environ, timeout=300
    )
    made, vkey = bench.material, str(bench.material.keys.trusted[0])
    tree = material.Tree()
    old = bench.folder / "old-checkpoint"
    for size in bench.sizes:
        tree.add(*(f"entry {at}".encode() for at in range(len(tree.entries), size)))
        copy = bench.folder / f"log-{size}"
        tree.write(copy, made.keys)
        before = [old] if old.exists() else []
        bench.expect(f"log of {size} entries", True, [program, "log", copy, vkey, *before])
        shutil.copy(copy / "checkpoint", old)
    for name, path in (("a tile", "tile/0/000"), ("an entry", "tile/entries/000"), ("the head", "checkpoint")):
        copy = altered(bench.folder / "log-600", bench.folder / f"altered-{path.replace('/', '-')}", path)
        bench.expect(f"log with {name} altered", False, [program, "log", copy, vkey])
    fork = material.Tree()
    fork.add(*(f"other {at}".encode() for at in range(600)))
    fork.write(bench.folder / "fork", made.keys)
    bench.expect(
        "a log that rewrote its past", False,
        [program, "log", bench.folder / "fork", vkey, bench.folder / "log-257" / "checkpoint"],
    )  # fmt: skip
    entry, proof = bench.folder / "entry", bench.folder / "proof"
    entry.write_text(made.envelope["log"]["entry"], encoding="utf-8")
    proof.write_text(made.envelope["log"]["proof"], encoding="utf-8")
    bench.expect("the certificate's offline proof", True, [program, "proof", entry, proof, vkey])
    entry.write_text(made.envelope["log"]["entry"] + " ", encoding="utf-8")
    bench.expect("the proof of another entry", False, [program, "proof", entry, proof, vkey])
    keys = LogKeys(made.keys.origin, (NEXT_KEY, material.LOG))
    tree.write(bench.folder / "overlap", keys)
    for key in keys.trusted:
        bench.expect(
            f"a head of the overlap under {key.id.hex()}", True, [program, "log", bench.folder / "overlap", str(key)]
        )


def go_witness(bench: Bench) -> None:
    """A witness written in Go over its checksum-database packages, spoken to by C2SP tlog-witness."""
    program, environ = _go(bench)
    command = [program, "build", "-o", str(bench.folder / "witness"), str(HERE / "go" / "witness" / "main.go")]
    subprocess.run(command, check=True, env=environ, timeout=300)
    keys, seed, name = bench.material.keys, bytes(range(32)), "witness.example.org/go"
    key = VerifierKey(name, KIND_WITNESS, signing.Ed25519Signer(seed).public)
    tree, fork, sizes = material.Tree(), material.Tree(), (1, 255, 256, 700)
    with _running([bench.folder / "witness", str(keys.trusted[0]), name, seed.hex()]) as url:
        old = 0
        for size in sizes:
            tree.add(*(f"entry {at}".encode() for at in range(len(tree.entries), size)))
            _add(bench, f"head of {size} entries", True, url, key, tree.request(old, keys))
            old = size
        tree.add(b"one more")
        good = tree.request(old, keys)
        bent = dataclasses.replace(good, proof=(bytes(32), *good.proof[1:]))
        _add(bench, "an altered consistency proof", False, url, key, bent)
        _add(bench, "a head from another old size", False, url, key, dataclasses.replace(good, old=5))
        stranger = LogKeys(keys.origin, (NEXT_KEY,))
        _add(bench, "a head under a stranger's key", False, url, key, tree.request(old, stranger))
        fork.add(*(f"other {at}".encode() for at in range(len(tree.entries))))
        _add(bench, "a log that rewrote its past", False, url, key, fork.request(old, keys))
        _add(bench, "the true head after all that", True, url, key, good)


def _add(bench: Bench, what: str, holds: bool, url: str, key: VerifierKey, request: AddCheckpoint) -> None:
    """Post a request; it is accepted when the answer's line cosigns the head by our own reading of it."""
    answer = httpx.post(f"{url}/add-checkpoint", content=str(request).encode(), timeout=10, trust_env=False)
    seen = answer.status_code == httpx.codes.OK and witnessed(request.note + answer.text, [key]) == (key.name,)
    bench.judge(what, holds, seen, f"{answer.status_code} {answer.text}")


@contextmanager
def _running(command: list[Any]) -> Iterator[str]:
    """A server that prints its address and is stopped at the end."""
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


def _go(bench: Bench) -> tuple[str, dict[str, str]]:
    """Go with its module packages as Debian has them; raises Absent."""
    cure = "apt-get install golang-go golang-golang-x-mod-dev"
    if not Path("/usr/share/gocode/src/golang.org/x/mod/sumdb").is_dir():
        raise Absent(f"golang.org/x/mod is not installed: {cure}")
    environ = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    return needs("go", cure), {**os.environ, **environ}
