"""Papers are judged by what can be decoded, and come out made anew: without places, scripts and stowaways."""

import io
import os
import random
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from storage import Workshop, workshop
from storage.documents import untold
from storage.judging import MOST_BYTES, Rebuilt, judge
from storage.pictures import LONG_SIDE
from tests.papers_world import (
    PLACE,
    bytes_of,
    eicar,
    hostile_pdf,
    locked_pdf,
    mutated,
    pdf,
    picture,
    png_of_nothing,
    with_place,
    zipped,
)

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
WORST_RSS = 400 * 1024  # KiB


def taken(data: bytes) -> Rebuilt:
    """The paper that was made of this one."""
    found = judge(data)
    assert isinstance(found, Rebuilt), found
    return found


def looked_at(data: bytes) -> Image.Image:
    """A picture, decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "MPO"])
def test_a_picture_of_any_kind_becomes_a_jpeg(form: str) -> None:
    found = taken(picture(form))
    image = looked_at(found.data)
    assert (found.kind, image.format, image.size) == ("image", "JPEG", (300, 400))


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", m) for m in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGBA")],
)
def test_colours_of_every_kind_stay_readable(form: str, mode: str) -> None:
    data = picture(form, mode=mode) if mode != "I;16" else deep_grey()
    image = looked_at(taken(data).data).convert("L")
    darkest, lightest = image.getextrema()
    assert isinstance(darkest, int)
    assert isinstance(lightest, int)
    assert darkest < 140
    assert lightest > 240


def deep_grey() -> bytes:
    image = Image.new("I;16", (100, 100), 65_535)
    image.paste(20_000, (0, 0, 50, 100))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_what_is_seen_through_stands_on_white() -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    assert looked_at(taken(out.getvalue()).data).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photograph_loses_its_place_and_stands_upright(form: str) -> None:
    data = with_place(form)
    assert PLACE in data
    found = taken(data).data
    image = looked_at(found)
    assert PLACE not in found
    assert b"Exif" not in found
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert image.size == ((400, 300) if form == "HEIF" else (300, 400))  # a HEIF turns by a box of its own


def test_a_large_photograph_is_made_smaller() -> None:
    image = looked_at(taken(picture(size=(4000, 3000))).data)
    assert image.size == (LONG_SIDE, LONG_SIDE * 3 // 4)


def test_a_stowaway_behind_a_picture_is_left_there() -> None:
    found = taken(picture() + zipped(data=b"CANARY-STOWAWAY") + HTML).data
    assert b"PK\x03\x04" not in found
    assert b"script" not in found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (SVG, "kind"),
        (HTML, "kind"),
        (zipped(), "kind"),
        (zipped("bomb", bytes(5_000_000)), "kind"),
        (eicar(), "kind"),
        (b"MZ" + bytes(300), "kind"),
        (picture("GIF"), "kind"),
        (picture("TIFF"), "kind"),
        (b"%!PS-Adobe-3.0\nshowpage", "kind"),
        (HTML + b"%PDF-1.7\n", "kind"),
        (picture()[:-900], "unreadable"),
        (picture("PNG")[:-600], "unreadable"),
        (picture("HEIF")[:-200], "unreadable"),
        (b"\xff\xd8\xff\xe0" + HTML, "unreadable"),
        (b"%PDF-1.7\n" + eicar(), "unreadable"),
        (png_of_nothing(), "too_large"),
        (picture() + bytes(MOST_BYTES), "too_large"),
        (locked_pdf(), "password"),
        (bytes_of(pdf(51)), "pages"),
        (bytes_of(pikepdf.new()), "unreadable"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_paper_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert judge(data) == reason


def test_144_megapixels_fit_into_17_kilobytes_and_are_not_drawn() -> None:
    assert len(png_of_nothing()) < 20_000


def test_a_pdf_is_written_anew_without_what_runs_hides_and_tells() -> None:
    data = hostile_pdf()
    assert all(sign in data for sign in (b"CANARY-SCRIPT", b"CANARY-LAUNCH", b"CANARY-XFA", b"CANARY-AUTHOR"))
    found = taken(data)
    assert (found.kind, found.pages) == ("pdf", 2)
    with pikepdf.open(io.BytesIO(found.data)) as made:
        assert set(made.Root.keys()) == {"/Type", "/Pages"}
        assert not made.docinfo
        assert all(
            set(page.obj.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"} for page in made.pages
        )
        assert b"Report" in made.pages[0].Contents.read_bytes()
        plain = bytes_of(made, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"CANARY" not in plain
    assert b"JavaScript" not in plain


def test_what_was_written_into_a_form_stays_to_be_read() -> None:
    made = pdf()
    look = made.make_stream(b"BT (FILLED) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    look.BBox = pikepdf.Array([0, 0, 90, 20])
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        T=pikepdf.String("name"),
        V=pikepdf.String("FILLED"),
        Rect=pikepdf.Array([10, 10, 100, 30]),
        AP=pikepdf.Dictionary(N=look),
    )
    kept = made.make_indirect(field)
    made.pages[0].Annots = pikepdf.Array([kept])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([kept]))
    with pikepdf.open(io.BytesIO(taken(bytes_of(made)).data)) as found:
        plain = bytes_of(found, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    assert b"FILLED" in plain
    assert b"Widget" not in plain


def test_a_photograph_inside_a_pdf_loses_its_place_and_keeps_its_pixels() -> None:
    photo = with_place()
    found = taken(bytes_of(pdf(photo=photo))).data
    assert PLACE not in found
    with pikepdf.open(io.BytesIO(found)) as made:
        kept = made.pages[0].Resources.XObject.Im0.read_raw_bytes()
    assert PLACE not in kept
    assert looked_at(kept).tobytes() == looked_at(photo).tobytes()


def test_untold_leaves_what_is_no_photograph() -> None:
    assert untold(b"") == b""
    assert untold(b"\xff\xd8\xff\xe1\x00\x01") == b"\xff\xd8\xff\xe1\x00\x01"


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # it tells what is broken, which is the matter here
@pytest.mark.parametrize("seed", [20261121])
async def test_a_thousand_broken_papers_hurt_neither_the_process_nor_its_memory(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  the same papers in every run
    forms = [picture(form, (120, 90)) for form in ("JPEG", "PNG", "WEBP", "HEIF")]
    seeds = [*forms, with_place(), bytes_of(pdf(2)), hostile_pdf(), bytes_of(pdf(photo=with_place()))]
    shop = Workshop()
    try:
        (first,) = [await shop.judge(data) for data in [seeds[0]]]
        assert isinstance(first, Rebuilt)
        (pid,) = shop.pids
        for data in mutated(seeds, 90, chance):
            found = await shop.judge(data)
            assert isinstance(found, Rebuilt) or found in (
                "unreadable",
                "kind",
                "empty",
                "too_large",
                "password",
                "pages",
            )
        assert shop.pids == [pid], "no paper killed it"
        assert peak(pid) < WORST_RSS
    finally:
        await shop.close()
    for data in mutated(seeds, 910, chance):
        judge(data)


def peak(pid: int) -> int:
    """The most memory the process ever held, in KiB; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


async def test_greedy_papers_are_refused_within_bounded_memory() -> None:
    shop = Workshop()
    try:
        assert await shop.judge(png_of_nothing()) == "too_large"
        assert isinstance(await shop.judge(png_of_nothing(7_000, 7_000)), Rebuilt)
        assert await shop.judge(swollen_pdf()) in ("too_large", "unreadable")
        assert all(peak(pid) < WORST_RSS for pid in shop.pids)
    finally:
        await shop.close()


def test_a_picture_of_too_many_pixels_inside_a_pdf_is_refused() -> None:
    made = pdf(photo=picture())
    made.pages[0].Resources.XObject.Im0.Width = 12_000
    made.pages[0].Resources.XObject.Im0.Height = 12_000
    assert judge(bytes_of(made)) == "too_large"


def swollen_pdf() -> bytes:
    """A page whose content is hardly anything squeezed, and 600 MB when it is read."""
    squeeze = zlib.compressobj(9)
    body = b"".join(squeeze.compress(b" " * 1_000_000) for _ in range(600)) + squeeze.flush()
    made = pdf()
    made.pages[0].Contents = pikepdf.Stream(made, body, Filter=pikepdf.Name.FlateDecode)
    return bytes_of(made, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


async def test_a_process_that_dies_takes_one_paper_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Workshop()
    monkeypatch.setattr(workshop, "bounded", die)
    try:
        assert await shop.judge(picture()) == "unreadable"
        monkeypatch.undo()
        assert isinstance(await shop.judge(picture()), Rebuilt)
    finally:
        await shop.close()


def die(_: bytes) -> None:
    os._exit(1)
