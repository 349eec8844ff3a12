"""Whose keys a verifier goes by: those it was given or has pinned; what lies beside a file is that file's own word."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kernel.crypto.canonical import sha256_hex
from kernel.documents.checks import Check, FileUnreadable, Trust, parse_json, read_file
from kernel.text import Text

BESIDE: Final = "trust.json"
NAME: Final = Text("信任锚", "trust anchor")


@dataclass(frozen=True, slots=True)
class Anchors:
    """Trusted keys, the digest of the file they come from, and whether somebody vouched for that file."""

    trust: Trust
    digest: str
    established: bool

    @property
    def own_word(self) -> Check:
        """What is told, and fails, where nobody vouched: whoever made the file could have made its keys."""
        zh = (
            f"{self.trust.source} 与文件同处一目录，仅为其自述（{self.digest}）；"
            "请与中心公布的信任文件核对后用 --trust 或 --pin 指定"
        )
        en = (
            f"{self.trust.source} came with the file and speaks for itself by its own word ({self.digest});"
            " compare it with what the centre publishes and name it with --trust, or its digest with --pin"
        )
        return Check(NAME, False, Text(zh, en))


def anchors(folder: Path, trust_path: Path | None, pin: str | None) -> Anchors | None:
    """The trust file that is named, or the one in the folder; None where there is neither. Raises FileUnreadable.

    A named file is vouched for by whoever names it; with a pin either must be the pinned one.
    """
    path = trust_path or folder / BESIDE
    if trust_path is None and not path.exists():
        return None
    try:
        data = read_file(path)
        trust, digest = Trust.of(parse_json(data), str(path)), f"sha256:{sha256_hex(data)}"
    except FileUnreadable as problem:
        raise FileUnreadable(f"{path.name}: {problem}") from problem
    if pin is not None and pin != digest:
        raise FileUnreadable(f"{path.name}: its digest is {digest}, and {pin} is pinned")
    return Anchors(trust, digest, established=trust_path is not None or pin is not None)
