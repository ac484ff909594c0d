"""Papers made by the tests themselves: good ones, and every kind that somebody might try."""

import io
import random
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw

PLACE = b"N24-43-PLACE-CANARY"
pillow_heif.register_heif_opener()


def drawn(size: tuple[int, int] = (300, 400), mode: str = "RGB") -> Image.Image:
    """A picture with something in it."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for step in range(0, max(size), 25):
        pen.line((0, step, size[0], step + 10), fill=(step % 256, 80, 120), width=3)
    return image.convert(mode)


def picture(form: str = "JPEG", size: tuple[int, int] = (300, 400), mode: str = "RGB", **more: Any) -> bytes:
    """A picture's bytes."""
    out = io.BytesIO()
    drawn(size, mode).save(out, form, **more)
    return out.getvalue()


def with_place(form: str = "JPEG") -> bytes:
    """A photograph that lies on its side and tells where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = PLACE.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 43.0, 12.0), 3: "E", 4: (46.0, 40.0, 30.0)})
    return picture(form, (400, 300), exif=exif)


def png_of_nothing(width: int = 12_000, height: int = 12_000) -> bytes:
    """A PNG of very many pixels in very few bytes."""
    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(1 + width // 8)) for _ in range(height)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def pdf(pages: int = 1, photo: bytes | None = None) -> pikepdf.Pdf:
    """A document whose pages hold a line of text, or a photograph."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(300, 400))
    for page in made.pages:
        page.Contents = made.make_stream(b"BT /F1 12 Tf 20 200 Td (Report) Tj ET")
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=_font()))
        if photo:
            _put(made, page, photo)
    return made


def _font() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)


def _put(made: pikepdf.Pdf, page: Any, photo: bytes) -> None:
    size = {"Width": 400, "Height": 300, "BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceRGB}
    image = pikepdf.Stream(made, photo, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, **size)
    image.Filter = pikepdf.Name.DCTDecode
    page.Resources.XObject = pikepdf.Dictionary(Im0=image)
    page.Contents = made.make_stream(b"q 200 0 0 150 20 20 cm /Im0 Do Q")


def bytes_of(made: pikepdf.Pdf, **more: Any) -> bytes:
    """The document as a file."""
    out = io.BytesIO()
    made.save(out, **more)
    return out.getvalue()


def hostile_pdf() -> bytes:
    """A document that runs scripts on opening, on a page and on a link, carries a program and has a form."""
    made = pdf(2)
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('CANARY-SCRIPT')"))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("CANARY-LAUNCH.exe"))
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 90, 90]), A=launch
    )
    made.Root.OpenAction = script
    made.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), made.make_indirect(script)]))
    )
    made.attachments["CANARY-ATTACHED.exe"] = b"MZ CANARY-PROGRAM"
    made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=made.make_stream(b"<xdp>CANARY-XFA</xdp>"))
    made.docinfo["/Author"] = "CANARY-AUTHOR"
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(link)])
    made.pages[0].AA = pikepdf.Dictionary(O=script)
    return bytes_of(made, compress_streams=False)


def locked_pdf() -> bytes:
    """A document behind a password."""
    return bytes_of(pdf(), encryption=pikepdf.Encryption(owner="owner", user="secret"))


def zipped(name: str = "[Content_Types].xml", data: bytes = b"<Types/>") -> bytes:
    """A zip, as a DOCX is one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
        file.writestr("word/document.xml", b"<w:document/>")
    return out.getvalue()


def eicar() -> bytes:
    """The agreed test string of virus scanners, put together here so that no scanner finds this file."""
    return ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()


def mutated(seeds: list[bytes], count: int, chance: random.Random) -> list[bytes]:
    """Papers of which bytes were changed, cut out, doubled or torn off."""
    found = []
    for _ in range(count):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            at = chance.randrange(max(1, len(data)))
            match chance.randrange(5):
                case 0:
                    data[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del data[at : at + chance.randrange(1, 64)]
                case 2:
                    data[at:at] = data[at : at + chance.randrange(1, 64)]
                case 3:
                    data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff"))
                case _:
                    del data[at:]
        found.append(bytes(data))
    return found
