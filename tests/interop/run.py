"""`make interop`: the log, the credential and the PDF before verifiers that others wrote; each must also refuse.

Tools are installed into a throw-away folder, from PyPI, npm and Debian. One that is absent is named with how to get
it, and makes no check pass: the last line says how many were skipped.
"""

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel import signing
from kernel.log.keys import LogKeys
from tests.kernel.documents import material
from tests.kernel.documents.material import Material

HERE = Path(__file__).parent
SIZES = (2, 255, 256, 257, 600, 66_000)
NEXT_KEY = signing.Ed25519Signer(b"\x0a" * 32)


class Absent(Exception):
    """The tool is not here; the message says how to get it."""


@dataclass
class Bench:
    """What is verified, and how it went."""

    folder: Path
    material: Material
    done: list[tuple[str, bool]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def expect(self, what: str, holds: bool, command: list[Any], said: str = "VERIFIED", **more: Any) -> None:
        """Run a verifier; it must say yes to the true thing and no to the altered one."""
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=300, check=False, **more
        )
        accepted = done.returncode == 0 and said in done.stdout
        right = accepted is holds
        self.done.append((what, right))
        print(f"  {'✓' if right else '✗'} {what}: {'verified' if accepted else 'refused'}")
        if not right:
            print("   ", (done.stdout + done.stderr).strip().replace("\n", "\n    "))


def needs(program: str, cure: str) -> str:
    """The path of a program; raises Absent."""
    found = shutil.which(program)
    if found is None:
        raise Absent(f"{program} is not installed: {cure}")
    return found


def go_sumdb(bench: Bench) -> None:
    """Go's checksum-database packages from Debian: the whole log, growth, offline proofs, and a key that changed."""
    cure = "apt-get install golang-go golang-golang-x-mod-dev"
    go, source = needs("go", cure), Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")
    if not source.is_dir():
        raise Absent(f"golang.org/x/mod is not installed: {cure}")
    program = bench.folder / "verifier"
    environ = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    subprocess.run([go, "build", "-o", program, HERE / "go" / "main.go"], check=True, env=environ, timeout=300)
    made, vkey = bench.material, str(bench.material.keys.trusted[0])
    tree = material.Tree()
    old = bench.folder / "old-checkpoint"
    for size in SIZES:
        tree.add(*(f"entry {at}".encode() for at in range(len(tree.entries), size)))
        copy = bench.folder / f"log-{size}"
        tree.write(copy, made.keys)
        before = [old] if old.exists() else []
        bench.expect(f"log of {size} entries", True, [program, "log", copy, vkey, *before])
        shutil.copy(copy / "checkpoint", old)
    for name, path in (("a tile", "tile/0/000"), ("an entry", "tile/entries/000"), ("the head", "checkpoint")):
        copy = _altered(bench.folder / "log-600", bench.folder / f"altered-{path.replace('/', '-')}", path)
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


def tlog_scales(bench: Bench) -> None:
    """PyPI tlog-scales over HTTP: entries checked against the head, and a proof equal to ours byte for byte."""
    python = _environment(bench, "tlog-scales", "tlog-scales==0.0.3")
    made = bench.material
    copy = bench.folder / "log-300"
    made.tree.write(copy, made.keys)
    with _served(copy) as url:
        for index in (0, 7, 255, 256, 299):
            command = [python.with_name("tlog-tiles"), "get-leaf", "-c", url, index]
            bench.expect(f"entry {index}", True, command, said=made.tree.entries[index].decode())
        proof = made.tree.proof(7, made.keys)
        bench.expect("the same proof", True, [python.with_name("tlog-tiles"), "gen-proof", url, 7], said=proof)
    altered = _altered(copy, bench.folder / "scales-altered", "tile/entries/000")
    with _served(altered) as url:
        bench.expect("an altered entry", False, [python.with_name("tlog-tiles"), "get-leaf", "-c", url, 0], said="")


def openvc(bench: Bench) -> None:
    """PyPI openvc-core: the credential through its did:web document, and the bit in the status list."""
    python = _environment(bench, "openvc", "openvc-core==1.37.0")
    did, good = _did(bench), material.save(bench.folder / "credential.json", bench.material.envelope["document"])
    empty = material.save(bench.folder / "list.json", material.status_list(5))
    full = material.save(bench.folder / "ended.json", material.status_list(100_007))
    script = HERE / "openvc_check.py"
    bench.expect("credential in force", True, [python, script, good, did, empty, 100_007], said="status bit 0")
    bench.expect("credential that has ended", True, [python, script, good, did, full, 100_007], said="status bit 1")
    for name, altered in _altered_credentials(bench):
        bench.expect(name, False, [python, script, altered, did, empty, 100_007])
    forged = material.status_list(5)
    forged["credentialSubject"]["encodedList"] = material.status.encode([])
    forged_path = material.save(bench.folder / "forged.json", forged)
    bench.expect("an altered status list", False, [python, script, good, did, forged_path, 100_007])


def node(bench: Bench) -> None:
    """Node's own crypto with npm canonicalize: thirty lines that share nothing with ours."""
    program, npm = needs("node", "apt-get install nodejs npm"), needs("npm", "apt-get install nodejs npm")
    folder = bench.folder / "node"
    folder.mkdir()
    shutil.copy(HERE / "node" / "verify.mjs", folder)
    done = subprocess.run(
        [npm, "install", "--no-fund", "--no-audit", "--silent", "canonicalize@4.0.0"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        raise Absent(f"npm cannot install canonicalize: {done.stderr.strip()[-200:]}")
    did, good = _did(bench), material.save(bench.folder / "credential.json", bench.material.envelope["document"])
    bench.expect("credential", True, [program, "verify.mjs", good, did], cwd=folder)
    for name, altered in _altered_credentials(bench):
        bench.expect(name, False, [program, "verify.mjs", altered, did], cwd=folder)


def pdfsig(bench: Bench) -> None:
    """Debian's pdfsig (poppler, NSS): the seal on the printed certificate in both languages."""
    program = needs("pdfsig", "apt-get install poppler-utils")
    certutil = needs("certutil", "apt-get install libnss3-tools")
    store, root = bench.folder / "nss", bench.folder / "seal.der"
    store.mkdir()
    root.write_bytes(bench.material.seal.root)
    subprocess.run([certutil, "-N", "-d", store, "--empty-password"], check=True, timeout=60)
    subprocess.run([certutil, "-A", "-d", store, "-n", "seal", "-t", "C,C,C", "-i", root], check=True, timeout=60)
    for lang in ("zh", "en"):
        path = bench.folder / f"certificate.{lang}.pdf"
        path.write_bytes(bench.material.pdf(lang))
        for said in ("Signature is Valid", "Certificate is Trusted", "Total document signed"):
            bench.expect(f"PDF ({lang}): {said}", True, [program, "-nssdir", store, path], said=said)
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 1
        path.write_bytes(data)
        command = [program, "-nssdir", store, path]
        bench.expect(f"PDF ({lang}) with one bit changed", False, command, said="Signature is Valid")


VERIFIERS: dict[str, Callable[[Bench], None]] = {
    "Go golang.org/x/mod/sumdb": go_sumdb,
    "PyPI tlog-scales": tlog_scales,
    "PyPI openvc-core": openvc,
    "Node crypto, npm canonicalize": node,
    "Debian pdfsig": pdfsig,
}


def _altered(copy: Path, target: Path, path: str) -> Path:
    shutil.copytree(copy, target)
    victim = next(found for found in (target / path, *sorted((target / f"{path}.p").glob("*"))) if found.is_file())
    data = bytearray(victim.read_bytes())
    data[40] ^= 1
    victim.write_bytes(data)
    return target


def _altered_credentials(bench: Bench) -> Iterator[tuple[str, Path]]:
    body = bench.material.envelope["document"]
    subject = {**body["credentialSubject"], "holder": {"id": "pty_2", "name": "他人", "uscc": "9"}}
    stranger = material.certificate(signing.Ed25519Signer(b"\x05" * 32))
    for name, altered in (
        ("credential of another holder", {**body, "credentialSubject": subject}),
        ("credential with a longer term", {**body, "validFrom": "2027-01-01T00:00:00Z"}),
        ("credential under a stranger's key", stranger),
    ):
        yield name, material.save(bench.folder / "altered.json", altered)


def _did(bench: Bench) -> Path:
    key = signing.multibase(material.ISSUER.public)
    method = {"id": f"{material.DID}#{key}", "type": "Multikey", "controller": material.DID, "publicKeyMultibase": key}
    document = {"id": material.DID, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    return material.save(bench.folder / "did.json", document)


def _environment(bench: Bench, name: str, requirement: str) -> Path:
    """An interpreter of its own with one package; raises Absent when it cannot be installed."""
    folder = bench.folder / name
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise Absent(f"pip cannot install {requirement}: {done.stderr.strip()[-200:]}")
    return python


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""


def main() -> int:
    """Run every verifier that is here; 1 when any said the wrong thing."""
    folder = Path(tempfile.mkdtemp(prefix="liutong-interop-"))
    try:
        bench = Bench(folder, material.make(folder))
        for name, verifier in VERIFIERS.items():
            print(name)
            try:
                verifier(bench)
            except Absent as problem:
                bench.skipped.append(name)
                print(f"  SKIPPED: {problem}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wrong = [what for what, right in bench.done if not right]
    print(json.dumps({"checks": len(bench.done), "wrong": wrong, "skipped": bench.skipped}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
