"""What staff write in their own words, before it is taken."""

from conversations.handling import Refuse

LONGEST = 4_000


def wrong_words(words: str, code: str = "empty") -> Refuse | None:
    """Why these words of staff are not taken."""
    if not words.strip():
        return Refuse(code)
    return Refuse("too_long") if len(words) > LONGEST else None
