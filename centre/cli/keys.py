"""`liutong keys`: keys of the centre, and keys with which parties sign on their own machines (密钥)."""

import base64
import json
from pathlib import Path
from typing import Any

import click

from centre.cli.running import FILE, configured, run


@click.group()
def keys() -> None:
    """密钥 · Keys of the centre."""


@keys.command("operator")
def keys_operator() -> None:
    """补发运营密钥 · End all API keys of the centre and print a new one of its operator, this once."""
    from centre import server

    click.echo(run(server.renew_operator(configured())))


@keys.command("invite")
@click.argument("office", type=click.Choice(["regulator", "auditor"]))
@click.option("--name", required=True, help="who holds the office")
def keys_invite(office: str, name: str) -> None:
    """邀请监管或审计岗位 · Print an invitation, once; with it the office takes a key that nobody else has seen."""
    from centre import server

    click.echo(run(server.invite(configured(), office, name)))


@keys.command("new")
@click.argument("file", type=FILE)
def keys_new(file: Path) -> None:
    """新建签名密钥 · Make a signing key in FILE (mode 0600) and print its public half."""
    from kernel.crypto import signing

    if file.exists():
        raise click.ClickException(f"{file} exists; a key is never overwritten")
    click.echo(signing.multibase(signing.load_or_create(file).public))


@keys.command("prove")
@click.argument("file", type=FILE)
def keys_prove(file: Path) -> None:
    """证明签名密钥 · Print the body of POST /v1/signing-keys for the key in FILE: its public half and the proof."""
    from kernel.crypto import signing
    from kernel.identity.commands import challenge

    key = _key(file)
    public = signing.multibase(key.public)
    click.echo(json.dumps({"public_key": public, "proof": _signature(key, challenge(public))}))


@keys.command("sign")
@click.argument("file", type=FILE)
@click.argument("answer", type=FILE, metavar="ANSWER.json")
def keys_sign(file: Path, answer: Path) -> None:
    """签署 · Sign the signing_text of an API answer (agreement, third-party test, opinion) with the key in FILE.

    What is signed is shown on standard error; the signature, as the API takes it, comes on standard output.
    """
    key = _key(file)
    try:
        text = json.loads(answer.read_bytes())["signing_text"]
        click.echo(text.strip(), err=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise click.ClickException(f"{answer} is no answer of the API that has a signing_text") from problem
    click.echo(json.dumps({"signature": _signature(key, text)}))


def _key(file: Path) -> Any:
    from kernel.crypto import signing

    try:
        return signing.load(file)
    except (OSError, ValueError) as problem:
        raise click.ClickException(f"{file} holds no signing key; make one with: liutong keys new {file}") from problem


def _signature(key: Any, text: str) -> str:
    return base64.b64encode(key.sign(text.encode())).decode()


@keys.command("seal")
@click.argument("file", type=FILE)
@click.option("--name", help="who seals  [the centre's did:web]")
def keys_seal(file: Path, name: str | None) -> None:
    """新建证书印章 · Make the seal of printed certificates in FILE (mode 0600), with a certificate of its own."""
    from kernel.crypto import seal
    from kernel.crypto.canonical import sha256_hex

    if file.exists():
        raise click.ClickException(f"{file} exists; a key is never overwritten")
    made = seal.load_or_create(file, name or configured(safe=False).did)
    click.echo(f"sha256:{sha256_hex(made.root)}")
