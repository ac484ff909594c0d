"""Pictures drawn anew: upright, on white, no larger than a paper needs, and without a word of where they were taken."""

import io
from typing import Any

from storage.refusing import PIXELS, Refused

LONG_SIDE = 2400
QUALITY = 85
PLAIN = frozenset({"RGB", "L", "CMYK", "YCbCr", "RGBA", "LA"})


def prepare() -> None:
    """Load the decoders, and set what they may take."""
    from PIL import Image
    from pillow_heif import options, register_heif_opener

    Image.MAX_IMAGE_PIXELS = PIXELS
    Image.init()
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    options.DECODE_THREADS = 1


def redrawn(data: bytes, form: str) -> bytes:
    """The picture as a fresh JPEG; `Refused` where it has too many pixels, OSError where it cannot be decoded."""
    from PIL import Image, ImageOps

    prepare()
    try:
        image: Any = Image.open(io.BytesIO(data), formats=[form])
    except Image.DecompressionBombError:
        raise Refused("too_large") from None
    if image.width * image.height > PIXELS:
        raise Refused("too_large")
    image.draft(image.mode, (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded no larger than it will be
    image.load()
    if image.mode not in PLAIN:
        image = _plain(image)
    image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _written(_on_white(ImageOps.exif_transpose(image)))


def _plain(image: Any) -> Any:
    """Palettes and deep greys as plain ones, which can be made smaller without losing lines."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.mode in ("P", "PA") and "transparency" in image.info else "RGB")


def _on_white(image: Any) -> Any:
    from PIL import Image

    if image.mode not in ("RGBA", "LA"):
        return image if image.mode == "L" else image.convert("RGB")
    ground = Image.new("RGB", image.size, "white")
    whole = image.convert("RGBA")
    ground.paste(whole, mask=whole.getchannel("A"))
    return ground


def _written(image: Any) -> bytes:
    """Only the pixels go into the file: no EXIF, no XMP, no profile, no comment."""
    from PIL import Image

    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
