"""Words of a person inside a sentence of ours: isolated, so that neither can turn the other round."""

FIRST_STRONG, LEFT_TO_RIGHT, POP = "\u2068", "\u2066", "\u2069"
# Embeddings, overrides and isolates; plain marks and joiners belong to names and stay.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def isolate(text: str) -> str:
    """The text between isolates, line by line, for a line's end would close them; nothing stays nothing."""
    return "\n".join(_wrapped(FIRST_STRONG, line) for line in text.translate(TURNING).splitlines())


def code(text: str) -> str:
    """Digits or Latin signs in their own order; a link stands bare, for messengers swallow marks."""
    plain = text.translate(TURNING)
    return plain if is_link(plain) else _wrapped(LEFT_TO_RIGHT, plain)


def is_link(text: str) -> bool:
    """Whether the text is an address that a channel may make tappable."""
    return text.startswith(("https://", "http://"))


def bare(text: str) -> str:
    """The text without marks of direction, for comparing and for channels that would show them."""
    return text.translate(TURNING)


def _wrapped(mark: str, text: str) -> str:
    return f"{mark}{text}{POP}" if text else ""
