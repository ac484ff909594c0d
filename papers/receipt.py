"""The receipt of an accepted declaration as a PDF: one page, Arabic shaped and set from right to left."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papers.codes import qr_svg

TEMPLATE = Path(__file__).parent / "receipt.typ"
FONTS = Path(__file__).parent / "built"
ALWAYS = 1_767_225_600  # the PDF tells no time of its making, so that the same receipt has the same bytes
SHARP = 110.0


def receipt_pdf(sheet: Mapping[str, Any]) -> bytes:
    """The PDF of a sheet, tagged for whoever has it read aloud; the same sheet gives the same bytes."""
    return bytes(_compiler(sheet).compile(format="pdf", timestamp=ALWAYS, pdf_standards=["ua-1"]))


def receipt_picture(sheet: Mapping[str, Any]) -> list[bytes]:
    """The same as PNG, a page each, for whoever wants to look at it."""
    pages = _compiler(sheet).compile(format="png", timestamp=ALWAYS, ppi=SHARP)
    return [bytes(page) for page in pages] if isinstance(pages, list) else [bytes(pages)]


def _compiler(sheet: Mapping[str, Any]) -> Any:
    import typst

    data = json.dumps({**sheet, "qr": qr_svg(sheet["verify"]["url"])}, ensure_ascii=False, sort_keys=True)
    whole: dict[str, Any] = {"font_paths": [str(FONTS)], "ignore_system_fonts": True, "sys_inputs": {"data": data}}
    return typst.Compiler(str(TEMPLATE), **whole)
