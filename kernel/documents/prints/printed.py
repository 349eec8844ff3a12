"""Reading a printed document (PDF) as an outsider: its signature, its seal, and the credential attached to it.

Everything here works on bytes of unknown origin. What pyHanko cannot read is not ours, whatever it raises.
"""

import io
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from kernel.documents.checks import Check, FileUnreadable, Trust
from kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

PDF_BYTES_MAX: Final = 16 * 1024 * 1024
ATTACHMENT_BYTES_MAX: Final = 4 * 1024 * 1024

_SEAL: Final = Text("PDF 签名", "PDF signature")
_TRUST: Final = Text("印章证书", "seal certificate")


def is_pdf(data: bytes) -> bool:
    """Whether the bytes claim to be a PDF."""
    return data.startswith(b"%PDF-")


def open_pdf(data: bytes, trust: Trust | None) -> tuple[bytes, list[Check]]:
    """The attached credential, and what was proved of the file around it; raises FileUnreadable."""
    if len(data) > PDF_BYTES_MAX:
        raise FileUnreadable(f"larger than {PDF_BYTES_MAX} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _open(data, trust)
    except FileUnreadable:
        raise
    except (Exception, MemoryError) as problem:
        # A hostile file can make a PDF library raise anything at all; none of it is an answer about the file.
        raise FileUnreadable(f"not a PDF that can be checked ({type(problem).__name__})") from None


def open_unsealed(data: bytes) -> bytes:
    """The attachment of a PDF that nobody sealed; raises FileUnreadable, also where there is a seal to be checked."""
    if len(data) > PDF_BYTES_MAX:
        raise FileUnreadable(f"larger than {PDF_BYTES_MAX} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _attachment(_reader(data, sealed=False))
    except FileUnreadable:
        raise
    except (Exception, MemoryError) as problem:
        raise FileUnreadable(f"not a PDF that can be checked ({type(problem).__name__})") from None


def is_sealed(data: bytes) -> bool:
    """Whether a PDF says that somebody signed it."""
    return b"/ByteRange" in data


def _reader(data: bytes, *, sealed: bool) -> Any:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(data), strict=True)
    if reader.encrypted:
        raise FileUnreadable("the PDF is encrypted")
    if bool(list(reader.embedded_signatures)) != sealed:
        raise FileUnreadable("the PDF carries no signature" if sealed else "the PDF carries a signature")
    return reader


def _open(data: bytes, trust: Trust | None) -> tuple[bytes, list[Check]]:
    reader = _reader(data, sealed=True)
    return _attachment(reader), _signature(list(reader.embedded_signatures), trust)


def _signature(signatures: "Sequence[Any]", trust: Trust | None) -> list[Check]:
    """The one signature must be intact, cover the whole file, and be made with a key that the verifier trusts."""
    from asn1crypto import x509
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    if len(signatures) != 1:
        text = Text(f"文件有 {len(signatures)} 个签名，应只有一个", f"{len(signatures)} signatures where one belongs")
        return [Check(_SEAL, False, text)]
    signature = signatures[0]
    at = signature.self_reported_timestamp
    roots = [x509.Certificate.load(der) for der in (trust.seals if trust else ())]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=at)
    with ThreadPoolExecutor(max_workers=1) as apart:
        # pyHanko runs an event loop for this, which a thread that already has one would not let it.
        status = apart.submit(validate_pdf_signature, signature, context).result()
    if not (status.intact and status.valid) or status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        text = Text("内容与签名不符：文件在签名后被改动", "content and signature differ: it was altered after signing")
        return [Check(_SEAL, False, text)]
    name = signature.signer_cert.subject.native.get("common_name", "-")
    when = at.isoformat() if at else "-"
    signed = Check(_SEAL, True, Text(f"{name} 于 {when} 签署全部内容", f"all of it signed by {name} at {when}"))
    if trust is None:
        text = Text("未提供信任锚，无法确认签署者", "no trust file was given: the signer is not established")
        return [signed, Check(_TRUST, False, text)]
    if not status.trusted:
        text = Text("信任文件中没有该印章证书", "the trust file does not name this seal")
        return [signed, Check(_TRUST, False, text)]
    return [signed, Check(_TRUST, True, Text("印章证书在信任文件之列", "the trust file names this seal"))]


def _attachment(reader: Any) -> bytes:
    """The one attached file, unpacked no further than it may be large."""
    from kernel.documents.prints.typeset import ATTACHMENTS

    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(names) != 2 or str(names[0]) not in ATTACHMENTS:
        raise FileUnreadable(f"the PDF does not carry exactly one attachment, {' or '.join(ATTACHMENTS)}")
    stream = names[1]["/EF"]["/F"]
    packed = stream.encoded_data
    packing = stream.get("/Filter")
    if packing is None:
        attachment: bytes = packed
    elif str(packing) == "/FlateDecode" and "/DecodeParms" not in stream:
        attachment = zlib.decompressobj().decompress(packed, ATTACHMENT_BYTES_MAX + 1)
    else:
        raise FileUnreadable("the attachment is packed in a way that is not ours")
    if len(attachment) > ATTACHMENT_BYTES_MAX:
        raise FileUnreadable(f"the attachment is larger than {ATTACHMENT_BYTES_MAX} bytes")
    return attachment
