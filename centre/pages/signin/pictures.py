"""The picture that an authenticator app reads, drawn as SVG without a style of its own."""

import segno
from markupsafe import Markup


def qr(address: str) -> Markup:
    """A QR code whose colours the style sheet gives."""
    return Markup(  # noqa: S704 - made by segno of an address that is encoded and never shown as text
        segno.make(address, error="m").svg_inline(
            border=4, svgclass="qr", lineclass=None, dark="#000", light="#fff", omitsize=True
        )
    )
