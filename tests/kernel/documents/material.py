"""A small log and an issued document made of pure functions: no database, no network, the same bytes every time."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kernel.crypto import canonical, seal, signing
from kernel.documents import credential, status
from kernel.documents.checks import Trust
from kernel.documents.prints import typeset
from kernel.log.record import leaf
from kernel.log.witnesses.message import AddCheckpoint
from kernel.tlog import merkle, note, tiles
from kernel.tlog.keys import LogKeys
from kernel.tlog.note import encode64
from kernel.tlog.proof import Proof

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
URL = "https://centre.example.cn"
DID = "did:web:centre.example.cn"
ORIGIN = "centre.example.cn/log"
NUMBER = "SJ1512026110007"
ISSUER = signing.Ed25519Signer(b"\x01" * 32)
LOG = signing.Ed25519Signer(b"\x02" * 32)
LIST = f"{URL}/v1/status-lists/2026"


def claims(**over: Any) -> dict[str, Any]:
    """The claims of a certificate."""
    return {
        "id": f"{URL}/id/crt_1",
        "kind": "rights-certificate",
        "certificate_number": NUMBER,
        "registration_id": "reg_01KA8VYF6XW0JTT6QJ2X9R4M7C",
        "holder": {"id": "pty_1", "name": "内蒙古㐂𠮷航空数据科技有限公司", "uscc": "91150100MA0N1XXX0X"},
        "asset": {
            "id": "ast_1",
            "name": "2013年纽约三大机场航班运行数据",
            "overview": "2013 年纽约三大机场离港航班的计划与实际时刻、延误、机型与航程。",
            "industry": "G56",
            "region": "美国纽约",
        },
        "content_sha256": "sha256:" + "ab" * 32,
        "files": [{"name": "flights.csv", "sha256": "cd" * 32, "size_bytes": 30_000_000}],
        "rights": [
            {
                "code": "HOLD",
                "label": {"zh": "数据持有权", "en": "right to hold data"},
                "label_2022": {"zh": "数据资源持有权", "en": "right to hold data resources"},
            }
        ],
        "restrictions": "",
        "source_kind": {"code": "crawled", "zh": "自动化程序收集公开数据", "en": "public data collected by programs"},
        "title_basis": {"code": "crawled-public", "zh": "收集公开数据", "en": "public data collected"},
        "valid_from": "2026-11-23",
        "valid_until": "2031-11-23",
        **over,
    }


def secured(body: dict[str, Any], signer: signing.Ed25519Signer = ISSUER) -> dict[str, Any]:
    """A credential with its proof."""
    whole = {
        "@context": [credential.CONTEXT, {"@vocab": f"{URL}/ns#"}],
        "id": f"{URL}/v1/documents/doc_1",
        "type": ["VerifiableCredential", "RightsCertificate"],
        "issuer": DID,
        "validFrom": credential.second(AT),
        **body,
    }
    return credential.secure(whole, signer, f"{DID}#{signing.multibase(signer.public)}", AT)


def certificate(signer: signing.Ed25519Signer = ISSUER, **over: Any) -> dict[str, Any]:
    """A certificate's credential."""
    return secured({"credentialSubject": claims(**over), "credentialStatus": status.entry(LIST, 100_007)}, signer)


def status_list(*ended: int, signer: signing.Ed25519Signer = ISSUER) -> dict[str, Any]:
    """The list of 2026."""
    body = {
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "credentialSubject": {
            "id": f"{LIST}#list",
            "kind": "status-list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": status.encode(ended),
        },
    }
    return secured(body, signer)


@dataclass
class Tree:
    """A log as its tiles, grown leaf by leaf."""

    entries: list[bytes] = field(default_factory=list)
    held: dict[tiles.TileId, bytes] = field(default_factory=dict)

    def add(self, *entries: bytes) -> None:
        """Append entries."""
        edge = {tile: self.held[tile] for tile in tiles.edge(len(self.entries))}
        for tile in tiles.append(len(self.entries), edge, [merkle.leaf_hash(entry) for entry in entries]):
            self.held[tile.id] = tile.hashes
        self.entries += entries

    def checkpoint(self, keys: LogKeys) -> str:
        """The signed head."""
        hash_at = tiles.TileReader(self.held).hash_at
        return keys.sign(note.Checkpoint(keys.origin, len(self.entries), merkle.root(len(self.entries), hash_at)))

    def proof(self, index: int, keys: LogKeys) -> str:
        """The offline proof of an entry."""
        ranges = merkle.inclusion_ranges(index, len(self.entries))
        path = merkle.hashes(ranges, tiles.TileReader(self.held).hash_at)
        return str(Proof(index, tuple(path), self.checkpoint(keys)))

    def request(self, old: int, keys: LogKeys) -> AddCheckpoint:
        """What a witness is asked that last cosigned the head of so many entries."""
        size, hash_at = len(self.entries), tiles.TileReader(self.held).hash_at
        proof = merkle.hashes(merkle.consistency_ranges(old, size), hash_at) if 0 < old < size else []
        return AddCheckpoint(old, tuple(proof), self.checkpoint(keys))

    def write(self, folder: Path, keys: LogKeys) -> None:
        """The static copy, as the centre serves it."""
        for tile, hashes in self.held.items():
            width = len(hashes) // merkle.HASH_SIZE
            _write(folder / tiles.tile_path(tile.level, tile.number, width), hashes)
            if tile.level == 0:
                first = tile.number * tiles.TILE_WIDTH
                bundle = tiles.encode_bundle(self.entries[first : first + width])
                _write(folder / tiles.tile_path(None, tile.number, width), bundle)
        _write(folder / "checkpoint", self.checkpoint(keys).encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@dataclass
class Material:
    """A certificate in every form, the log it stands in, and what a verifier trusts."""

    folder: Path
    keys: LogKeys
    tree: Tree
    envelope: dict[str, Any]
    seal: seal.Seal

    @property
    def trust(self) -> dict[str, Any]:
        """The trust document."""
        return {
            "issuers": [{"id": DID, "keys": [signing.multibase(ISSUER.public)]}],
            "logs": [str(key) for key in self.keys.trusted],
            "witnesses": [str(key) for key in self.keys.witnesses],
            "seals": [encode64(self.seal.root)],
        }

    def trusted(self) -> Trust:
        """The trust document, read."""
        return Trust.of(self.trust, "trust.json")

    def pdf(self, lang: Any = "zh", envelope: dict[str, Any] | None = None) -> bytes:
        """The printed certificate."""
        given = envelope or self.envelope
        body = given["document"]
        address = f"{URL}/verify?certificate={NUMBER}"
        data = typeset.data(body, lang, sha256=canonical.digest(body), entry="ent_1", verify_url=address)
        plain = typeset.pdf(typeset.template("rights-certificate"), data, canonical.dumps(given))
        return self.seal.sign(plain, AT, "issued")


def make(folder: Path, entries: int = 300, keys: LogKeys | None = None, document: Any = None) -> Material:
    """Issue a certificate, enter it as the seventh of so many entries, and sign the head."""
    keys = keys or LogKeys(ORIGIN, (LOG,))
    body = document or certificate()
    tree = Tree()
    for number in range(entries):
        sha256 = canonical.digest(body) if number == 7 else None
        made = leaf("rights.certificate.issued", f"crt_{number}", at=AT, facts={"n": number}, document_sha256=sha256)
        tree.add(made.payload)
    log = {"entry": tree.entries[7].decode(), "proof": tree.proof(7, keys)}
    return Material(folder, keys, tree, {"document": body, "log": log}, seal.load_or_create(folder / "seal.pem", DID))


def save(path: Path, value: Any) -> Path:
    """Write JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
    return path
