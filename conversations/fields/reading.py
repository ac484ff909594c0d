"""What a reader is told and what it gives back."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations import arabic
from conversations.forms import Choice, Document
from conversations.lexicon import Lexicon
from conversations.messages import Code, Line, Param

# So much of what was read is said back in a sentence.
QUOTED = 60


@dataclass(frozen=True, slots=True)
class Context:
    """What a reading may know: `now` is aware, `zone` a tz name, `choices` and `documents` those that apply, in order.

    `labels` maps folded labels (and short forms) to choice keys; `partial` is the value so far, or None.
    """

    now: datetime
    zone: str
    lexicon: Lexicon
    choices: tuple[Choice, ...] = ()
    documents: tuple[Document, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    partial: Any = None


@dataclass(frozen=True, slots=True)
class Good:
    """An understood answer: its canonical value, and what the person wrote or tapped."""

    value: Any
    typed: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that was not understood: one sentence, and an example where the kind has one."""

    line: Line
    sample: Line | None = None


Reading = Good | Wrong


def quoted(text: str) -> Param:
    """What was read, cut short: a code where it holds no letter written from the right, else the person's words."""
    steady = arabic.name(text[: arabic.FOLDED])
    cut = steady if len(steady) <= QUOTED else f"{steady[:QUOTED]}…"
    return cut if any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in cut) else Code(cut)


def wrong(kind: str, code: str, text: str, **params: Param) -> Wrong:
    """The sentence `wrong.KIND.CODE` naming what was read, with the kind's example."""
    return Wrong(Line(f"wrong.{kind}.{code}", {"read": quoted(text), **params}), Line(f"example.{kind}"))
