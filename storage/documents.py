"""PDFs written anew: pages as they look, and nothing that runs, hides, opens or asks."""

import io
from typing import Any

from storage.refusing import PIXELS, Refused

PAGES = 50
CONTENT = 64 * 1024 * 1024  # what a stream may hold once it is read
KEPT = frozenset({"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit", "/Group"})
ACTIONS = ("/A", "/AA", "/JS", "/OpenAction", "/EF", "/Ref")
WORDS = ("/Metadata", "/PieceInfo", "/OPI", "/LastModified", "/Alternates")
SQUEEZED = ("/FlateDecode", "/LZWDecode", "/RunLengthDecode")
COLOURS = 0xEE  # the JPEG segment that tells how colours are kept; its neighbours hold EXIF, XMP, comments
TELLING = frozenset({*range(0xE1, 0xF0), 0xFE} - {COLOURS})


def prepare() -> None:
    """Load the library."""
    import pikepdf as pikepdf


def rewritten(data: bytes) -> tuple[bytes, int]:
    """The document with its pages only, and how many; `Refused` where it is locked or too long."""
    import pikepdf

    try:
        source = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise Refused("password") from None
    with source, pikepdf.new() as fresh:
        pages = len(source.pages)
        if pages == 0:
            raise Refused("unreadable")
        if pages > PAGES:
            raise Refused("pages")
        _flatten(source)
        fresh.pages.extend(source.pages)
        for page in fresh.pages:
            _bare(page)
        for thing in fresh.objects:
            _clean(thing, pikepdf)
            _weigh(thing, pikepdf)
        out = io.BytesIO()
        fresh.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue(), pages


def _flatten(source: Any) -> None:
    """What was written into a form or as a note becomes part of its page, then the forms and notes go."""
    if "/AcroForm" in source.Root:
        if "/XFA" in source.Root.AcroForm:
            del source.Root.AcroForm["/XFA"]
        source.generate_appearance_streams()
    source.flatten_annotations("screen")
    for page in source.pages:
        for name in set(page.obj.keys()) & {"/Annots", "/AA"}:
            del page.obj[name]


def _bare(page: Any) -> None:
    for name in set(page.obj.keys()) - KEPT - {"/Parent"}:
        del page.obj[name]


def _clean(thing: Any, pikepdf: Any) -> None:
    """No actions, no attached files, no words about the maker; photographs lose their places too."""
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    for name in ACTIONS + WORDS:
        if name in thing:
            del thing[name]
    if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/PS":
        thing.write(b"")
    if isinstance(thing, pikepdf.Stream) and thing.get("/Filter") in ("/DCTDecode", pikepdf.Array(["/DCTDecode"])):
        thing.write(
            untold(thing.read_raw_bytes()), filter=pikepdf.Name.DCTDecode, decode_parms=thing.get("/DecodeParms")
        )


def _weigh(thing: Any, pikepdf: Any) -> None:
    """Refuse what is small only until somebody looks at it."""
    if not isinstance(thing, pikepdf.Stream):
        return
    if thing.get("/Subtype") == "/Image":
        if int(thing.get("/Width", 0)) * int(thing.get("/Height", 0)) > PIXELS:
            raise Refused("too_large")
    elif _squeezed(thing, pikepdf) and len(thing.read_bytes()) > CONTENT:
        raise Refused("too_large")


def _squeezed(thing: Any, pikepdf: Any) -> bool:
    filters = thing.get("/Filter")
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters] if filters is not None else []
    return bool(names) and all(name in SQUEEZED for name in names)


def untold(photo: bytes) -> bytes:
    """A JPEG stream without the segments that tell of its camera and place; its pixels are not touched."""
    out, at = bytearray(photo[:2]), 2
    while at + 4 <= len(photo) and photo[at] == 0xFF:
        marker, length = photo[at + 1], int.from_bytes(photo[at + 2 : at + 4], "big")
        if marker == 0xDA or length < 2:
            break
        if marker not in TELLING:
            out += photo[at : at + 2 + length]
        at += 2 + length
    return bytes(out + photo[at:])
