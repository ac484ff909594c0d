"""Codes that cameras read."""

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code of the text as an SVG element, dark on light in every theme."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False
    )
    return out.getvalue().decode()
