"""Setting documents as PDF/A-3b (ISO 19005-3) with typst: fonts from packages only, the same input the same bytes.

Texts reach the template as JSON data and never as markup. PDF/A forbids a character without a glyph, and typst
refuses one; that refusal is the guard that a name is printed as it is registered.
"""

import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from kernel.documents import readable
from kernel.documents.errors import GlyphMissing
from kernel.documents.render import SOURCES
from kernel.documents.seal import seal_svg
from kernel.text import Lang

FAMILY: Final = "Noto Sans CJK SC"
STANDARD: Final = "a-3b"
ATTACHMENTS: Final = ("credential.json", "report.json")
"""The names under which a printed document carries its credential, or the report that the credential stands in."""

_UNDISPLAYED: Final = re.compile(r'the text `"(.*?)"` could not be displayed')


def template(kind: str) -> bytes:
    """The typst source of a kind of document; raises LookupError for a kind without a printed form."""
    for package, folder in SOURCES:
        try:
            source = resources.files(package).joinpath(folder, f"{kind}.typ")
        except ModuleNotFoundError:
            continue
        if source.is_file():
            return source.read_bytes()
    raise LookupError(f"no printed form for {kind}")


@cache
def _fonts() -> Any:
    """The fonts of one process. With the compiler they weigh eighty megabytes, which only those who print carry."""
    import manimgx_fonts_cjk
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(resources.files(manimgx_fonts_cjk))])


def pdf(source: bytes, data: Mapping[str, Any], envelope: bytes) -> bytes:
    """Set a document with its credential attached; raises GlyphMissing naming every character without a glyph."""
    import typst

    try:
        return typst.compile(
            source,
            format="pdf",
            pdf_standards=STANDARD,
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "envelope": envelope.decode("utf-8")},
        )
    except typst.TypstError as problem:
        missing = sorted(set(_UNDISPLAYED.findall(problem.diagnostic)))
        if missing:
            raise GlyphMissing(characters=missing) from None
        raise


def data(body: Mapping[str, Any], lang: Lang, *, sha256: str, entry: str, verify_url: str) -> dict[str, Any]:
    """What a template is given beside the credential: numbers as text, the moment in parts, the code to scan."""
    claims = body["credentialSubject"]
    files = [{**file, "file_at": at} for at, file in enumerate(claims.get("files", []))]
    issued = datetime.fromisoformat(body["validFrom"]).astimezone(UTC)
    return {
        "lang": lang,
        "document": {**body, "credentialSubject": {**claims, "files": files}},
        "volume": _volume(claims.get("asset", {}), claims.get("measured") or {}),
        "sizes": [f"{file['size_bytes']:,}" for file in files],
        "issued": {
            "year": issued.year,
            "month": issued.month,
            "day": issued.day,
            "hour": issued.hour,
            "minute": issued.minute,
            "second": issued.second,
        },
        "sha256": sha256,
        "entry": entry,
        "verify_url": verify_url,
        "qr": qr_code(verify_url),
        "centre": readable.centre_of(body),
        "seal": seal_svg(name, lang, family=FAMILY) if (name := readable.named_centre(body)) else "",
        "issued_local": readable.local(body["validFrom"], lang),
    }


def _volume(described: Mapping[str, Any], measured: Mapping[str, Any]) -> dict[str, str]:
    """The numbers of a description, and those that were counted, as text."""
    counted = measured.get("records")
    found = {"measured_records": f"{counted:,}"} if counted is not None else {}
    return found | {name: f"{described[name]:,}" for name in ("records", "bytes") if described.get(name) is not None}


def qr_code(text: str) -> str:
    """A QR code (ISO/IEC 18004) as SVG, error correction Q: a quarter of it may be damaged."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=2, dark="#1c2733", xmldecl=False)
    return out.getvalue().decode("utf-8")
