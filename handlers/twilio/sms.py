"""In how many parts an SMS goes: septets where every letter is of GSM-7, UTF-16 units of UCS-2 otherwise."""

# GSM 03.38, the default alphabet and its extension; a letter of the extension takes an escape before it.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
SEPTETS, SEPTETS_A_PART = 160, 153
UNITS, UNITS_A_PART = 70, 67


def parts(text: str) -> int:
    """The number of parts that are sent and paid for; a letter of two units is never torn apart."""
    if all(letter in BASIC or letter in EXTENDED for letter in text):
        return _count([2 if letter in EXTENDED else 1 for letter in text], SEPTETS, SEPTETS_A_PART)
    return _count([2 if letter > "\uffff" else 1 for letter in text], UNITS, UNITS_A_PART)


def _count(sizes: list[int], alone: int, together: int) -> int:
    """One part where all fits alone; else parts of their smaller room, filled letter by letter."""
    if sum(sizes) <= alone:
        return 1
    count, room = 1, together
    for size in sizes:
        if size > room:
            count, room = count + 1, together
        room -= size
    return count
