"""Verifiers from PyPI, npm and Debian: the log over HTTP, the credential, the printed certificate."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from kernel.crypto import signing
from kernel.documents import status
from tests.interop.stand import HERE, Absent, Bench, altered, environment, needs, served
from tests.kernel.documents import material


def tlog_scales(bench: Bench) -> None:
    """PyPI tlog-scales over HTTP: entries checked against the head, and a proof equal to ours byte for byte."""
    python = environment(bench.folder / "tlog-scales", "tlog-scales==0.0.3")
    made = bench.material
    copy = bench.folder / "log-300"
    made.tree.write(copy, made.keys)
    with served(copy) as url:
        for index in (0, 7, 255, 256, 299):
            command = [python.with_name("tlog-tiles"), "get-leaf", "-c", url, index]
            bench.expect(f"entry {index}", True, command, said=made.tree.entries[index].decode())
        proof = made.tree.proof(7, made.keys)
        bench.expect("the same proof", True, [python.with_name("tlog-tiles"), "gen-proof", url, 7], said=proof)
    bent = altered(copy, bench.folder / "scales-altered", "tile/entries/000")
    with served(bent) as url:
        bench.expect("an altered entry", False, [python.with_name("tlog-tiles"), "get-leaf", "-c", url, 0], said="")


def openvc(bench: Bench) -> None:
    """PyPI openvc-core: the credential through its did:web document, and the bit in the status list."""
    python = environment(bench.folder / "openvc", "openvc-core==1.37.0")
    did, good = (
        did_document(bench),
        material.save(bench.folder / "credential.json", bench.material.envelope["document"]),
    )
    empty = material.save(bench.folder / "list.json", material.status_list(5))
    full = material.save(bench.folder / "ended.json", material.status_list(100_007))
    script = HERE / "openvc_check.py"
    bench.expect("credential in force", True, [python, script, good, did, empty, 100_007], said="status bit 0")
    bench.expect("credential that has ended", True, [python, script, good, did, full, 100_007], said="status bit 1")
    for name, changed in altered_credentials(bench):
        bench.expect(name, False, [python, script, changed, did, empty, 100_007])
    forged = material.status_list(5)
    forged["credentialSubject"]["encodedList"] = status.encode([])
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
    did, good = (
        did_document(bench),
        material.save(bench.folder / "credential.json", bench.material.envelope["document"]),
    )
    bench.expect("credential", True, [program, "verify.mjs", good, did], cwd=folder)
    for name, changed in altered_credentials(bench):
        bench.expect(name, False, [program, "verify.mjs", changed, did], cwd=folder)


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


def altered_credentials(bench: Bench) -> Iterator[tuple[str, Path]]:
    body = bench.material.envelope["document"]
    subject = {**body["credentialSubject"], "holder": {"id": "pty_2", "name": "他人", "uscc": "9"}}
    stranger = material.certificate(signing.Ed25519Signer(b"\x05" * 32))
    for name, changed in (
        ("credential of another holder", {**body, "credentialSubject": subject}),
        ("credential with a longer term", {**body, "validFrom": "2027-01-01T00:00:00Z"}),
        ("credential under a stranger's key", stranger),
    ):
        yield name, material.save(bench.folder / "altered.json", changed)


def did_document(bench: Bench) -> Path:
    key = signing.multibase(material.ISSUER.public)
    method = {"id": f"{material.DID}#{key}", "type": "Multikey", "controller": material.DID, "publicKeyMultibase": key}
    document = {"id": material.DID, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    return material.save(bench.folder / "did.json", document)
