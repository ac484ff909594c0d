"""Errands: rows of the outbox that were claimed, and what is to be sent for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.channels import Parcel, SendFailed, Sent
from conversations.failures import Delivery, Failure
from conversations.messages import Words
from services.outlets import Outlet
from services.ports import Row

KEY = ("organisation", "contact", "number", "piece", "attempt")
STRIDE = 100  # between the pieces of a message, so that a piece can be cut again for a narrower line
ASK = "ask"


@dataclass(frozen=True, slots=True)
class Errand:
    """One call to a vendor that is to be made. `said_at` is when the message was said."""

    row: Row
    outlet: Outlet
    parcel: Parcel
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an errand; neither sent nor failed: it was not called, and waits again."""

    errand: Errand
    sent: Sent | None = None
    failed: SendFailed | None = None

    @property
    def called(self) -> bool:
        """Whether the vendor was called, or nobody can tell."""
        return self.sent is not None or self.failed is not None


def key_of(row: Mapping[str, Any]) -> Row:
    """A row's key, as updates want it."""
    return {name: row[name] for name in KEY}


def again(row: Mapping[str, Any], at: datetime, reason: str, *, holds: bool, content: Any) -> Row:
    """A new row that tries the same piece once more; it names the first by its number and piece."""
    same = {name: row[name] for name in (*KEY, "address", "message", "turn", "interactive")}
    fresh = {"attempt": row["attempt"] + 1, "state": Delivery.NEW.value, "at": at, "reason": reason}
    return {**same, **fresh, "holds": holds, "content": content}


def pack(parcel: Parcel, of: int) -> dict[str, Any]:
    """What was really sent, as the row keeps it; `of` counts the pieces of its message."""
    plain = {"text": parcel.text, "buttons": [list(b) for b in parcel.buttons], "of": of}
    if parcel.template is not None:
        plain |= {"template": parcel.template, "values": dict(parcel.values or {})}
    return plain if parcel.receipt is None else plain | {"receipt": parcel.receipt}


def unpack(content: Mapping[str, Any], to: str, token: str) -> Parcel:
    """The call that a row holds."""
    buttons = tuple((str(id), str(label)) for id, label in content["buttons"])
    way = content.get("template"), content.get("values"), content.get("receipt")
    return Parcel(to, content["text"], buttons, token, *way)


def packed(content: Any) -> bool:
    """Whether a row holds a call that only waits to be made (again)."""
    return bool(content) and "text" in content


def words_of(row: Mapping[str, Any], message: Mapping[str, Any]) -> Words:
    """The words to fit: the message's own, or those of a piece that must go another way."""
    words = (row["content"] or {}).get("words") or message["words"]
    return Words(words["text"], tuple(words["parts"]), tuple(words["options"]))


def loose(content: Mapping[str, Any] | None) -> Any:
    """What is kept for another way: a piece's own words where the message was cut, else nothing."""
    if not content or content.get("of", 1) == 1:
        return None
    if "words" in content:
        return content
    options = [{"id": id, "label": label} for id, label in content["buttons"]]
    return {"words": {"text": content["text"], "parts": [], "options": options}, "of": content["of"]}


def carries_receipt(row: Mapping[str, Any]) -> bool:
    """Whether the call sends nothing but a receipt, which goes no other way: its words were told as a text."""
    return "receipt" in (row["content"] or {})


def asks(message: Mapping[str, Any]) -> bool:
    """Whether somebody waits for an answer to this message."""
    return bool(message["words"]["options"]) or any(part["role"] == ASK for part in _parts(message))


def first_key(message: Mapping[str, Any]) -> str:
    """The key that names the message."""
    return next((str(part["key"]) for part in _parts(message)), "")


def params_of(message: Mapping[str, Any]) -> dict[str, str]:
    """The message's parameters as a template takes them."""
    found: dict[str, str] = {}
    for part in _parts(message):
        for name, value in part.get("params", {}).items():
            found.setdefault(name, _plain(value))
    return found


def _parts(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The parts by key; what staff wrote by hand has none."""
    parts: Sequence[Mapping[str, Any]] = message.get("keys", {}).get("parts", ())
    return parts


def _plain(value: Any) -> str:
    """A parameter in plain signs; a line inside a line is named by its key."""
    return str(next(iter(value.values()), "")) if isinstance(value, dict) else str(value)


def failure_of(row: Mapping[str, Any]) -> Failure | None:
    """Why an attempt failed."""
    return Failure(row["failure"]) if row["failure"] else None
