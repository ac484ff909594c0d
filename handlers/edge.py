"""What every channel removes from a text before anybody else sees it."""

NUL = "\x00"


def scrub(text: str) -> str:
    """The text without NUL (one database refuses it, another cuts there) and without lone surrogates (unencodable)."""
    if text.isascii():
        return text.replace(NUL, "")
    return text.replace(NUL, "").encode("utf-8", "ignore").decode("utf-8")
