"""Judging papers by their content: only what can be decoded is taken, and never as it came."""

from dataclasses import dataclass

from storage.refusing import Refused

MOST_BYTES = 20 * 1024 * 1024
HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
SIGNS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"%PDF-", "PDF"))


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A paper made anew from what was read in it: `kind` is image (JPEG) or pdf."""

    kind: str
    data: bytes
    pages: int = 1


def judge(data: bytes) -> Rebuilt | str:
    """The paper made anew, or why it is not taken: empty, too_large, kind, unreadable, password, pages."""
    try:
        return rebuild(data)
    except Refused as refused:
        return refused.reason
    except MemoryError:
        return "too_large"
    except Exception:  # whatever a decoder stumbles on is a paper that cannot be read
        return "unreadable"


def rebuild(data: bytes) -> Rebuilt:
    """The paper made anew; `Refused`, or whatever the decoder raises."""
    if not data:
        raise Refused("empty")
    if len(data) > MOST_BYTES:
        raise Refused("too_large")
    form = sniff(data)
    if form == "PDF":
        from storage import documents

        return Rebuilt("pdf", *documents.rewritten(data))
    if form:
        from storage import pictures

        return Rebuilt("image", pictures.redrawn(data, form))
    raise Refused("kind")


def sniff(data: bytes) -> str | None:
    """Which decoder the first bytes ask for; what a sender or a file name says is not believed."""
    for sign, form in SIGNS:
        if data.startswith(sign):
            return form
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None
