"""Rows of a transcript as posts of the staff's group: words only while staff hold the conversation, and covered."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.masking import mask
from services.ports import Row
from services.posting import Kind

REASONS = frozenset({"asked", "misses", "referred", "danger", "staff"})
LINES = frozenset({"web", "telegram", "whatsapp", "sms"})
MOST = 3500  # of the vendor's 4096, with room for what stands before
HELD = ["back", "refer", "end"]
# What a topic's state becomes by an act, the words that tell it, and the buttons below them.
ACTS: Mapping[str, tuple[str, str, list[str]]] = {
    "takenover": ("held", "desk.inbox.act.takenover", HELD),
    "referred": ("waiting", "desk.inbox.act.referred", ["take"]),
    "handedback": ("over", "desk.inbox.act.handedback", []),
    "ended": ("over", "desk.inbox.act.ended", []),
}


def posts_of(state: str, rows: Sequence[Row], names: Sequence[str]) -> tuple[str, list[Row]]:
    """What these rows show, and the topic's state after them; after its end nothing more."""
    posts: list[Row] = []
    for row in rows:
        content = row["content"]
        if content is None or state == "over":
            continue
        if row["direction"] == "act" and content.get("event") in ACTS:
            state, key, buttons = ACTS[content["event"]]
            posts.append(_mark(row, key, content, buttons))
        elif state == "held" and (post := _words(row, content, names)):
            posts.append(post)
    return state, [*posts, {"kind": Kind.CLOSE, "content": {}}] if state == "over" and posts else posts


def _mark(row: Row, key: str, content: Mapping[str, Any], buttons: list[str]) -> Row:
    shown: Row = {"key": key, "params": {"name": str(content.get("name", ""))}, "buttons": buttons}
    return {"kind": Kind.MARK, "message": row["number"], "content": {**shown, "role": content.get("role", "")}}


def _words(row: Row, content: Mapping[str, Any], names: Sequence[str]) -> Row | None:
    """What the person or staff said; of papers, only that one came."""
    if row["direction"] == "out":
        if row["by"] != "staff":
            return None
        params = {"name": str(content.get("name", ""))}
        told = {"key": "desk.telegram.wrote", "params": params, "text": _cut(mask(content["words"]["text"], names))}
        return {"kind": Kind.STAFF, "message": row["number"], "content": told}
    if row["direction"] != "in" or content.get("event") not in ("said", "papers"):
        return None
    if text := str(content.get("text", "")).strip():
        said = {"key": "desk.telegram.said", "text": _cut(mask(text, names))}
    elif content.get("files") or content.get("media"):
        said = {"key": "desk.telegram.paper"}
    else:
        return None
    return {"kind": Kind.SAID, "message": row["number"], "content": said}


def _cut(text: str) -> str:
    """Not longer than the vendor takes, counted as it counts."""
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * MOST else units[: 2 * MOST].decode("utf-16-le", "ignore") + "…"
