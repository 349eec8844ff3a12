"""File names as users give them, made harmless; media types and dispositions as browsers read them; pure."""

import hashlib
import unicodedata
from typing import Final
from urllib.parse import quote

from kernel.storage.errors import FileNameUnusable

NAME_CHARS_MAX: Final = 255
OCTETS: Final = "application/octet-stream"
_MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "zip": "application/zip",
}


def clean(name: str) -> str:
    """The last path part without control and format characters; raises FileNameUnusable if none is left."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    cleaned = kept.strip().lstrip(".").strip()
    if not cleaned or len(cleaned) > NAME_CHARS_MAX:
        raise FileNameUnusable
    return cleaned


def media_type(name: str) -> str:
    """What a file claims to be by its ending; never guessed from its bytes."""
    return _MEDIA_TYPES.get(name.rpartition(".")[2].lower(), OCTETS)


def disposition(name: str) -> str:
    """Content-Disposition that saves under the real name everywhere (RFC 6266, RFC 8187).

    Programs that know only the plain form get one that no other name of the same length shares.
    """
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in name)
    if plain != name:
        stem, dot, ending = plain.rpartition(".")
        told = hashlib.sha256(name.encode()).hexdigest()[:8]
        plain = f"{stem}-{told}{dot}{ending}" if dot else f"{ending}-{told}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
