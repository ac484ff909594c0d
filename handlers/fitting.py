"""Fits a message in words to what a channel can carry: buttons or numbered lines, texts of a bounded length."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conversations.messages import Capabilities, Words

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


@dataclass(frozen=True, slots=True)
class Button:
    """A tappable option: its id comes back when it is tapped."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """One text that the channel carries, with the buttons under it."""

    text: str
    buttons: tuple[Button, ...] = ()


def fit(words: Words, channel: Capabilities) -> list[Fitted]:
    """The texts to send in order; options hang as buttons under the last, or stand in it as numbered lines."""
    buttons = _buttons(words, channel)
    text = "\n\n".join(filter(None, (words.text, _listed(words, buttons))))
    if not channel.isolates:
        text = text.translate(ISOLATES)
    texts = list(pieces(text, channel.body))
    return [Fitted(piece) for piece in texts[:-1]] + [Fitted(texts[-1], buttons)]


def _buttons(words: Words, channel: Capabilities) -> tuple[Button, ...]:
    """The options as buttons, or none where one of them is too many or too long."""
    if len(words.options) > channel.buttons:
        return ()
    labels = [_label(option, channel.button_label) for option in words.options]
    if any(len(label) > channel.button_label for label in labels):
        return ()
    return tuple(Button(option["id"], label) for option, label in zip(words.options, labels, strict=True))


def _label(option: Mapping[str, str], most: int) -> str:
    """The full label where it fits, else the short one."""
    label = option["label"]
    return label if len(label) <= most else option.get("short", label)


def _listed(words: Words, buttons: tuple[Button, ...]) -> str:
    """The options as numbered lines; under buttons only where a button could not show its option wholly."""
    labels = [button.label for button in buttons]
    if buttons and labels == [_line(option) for option in words.options]:
        return ""
    return "\n".join(f"{_mark(option)} {_line(option)}" for option in words.options)


def _mark(option: Mapping[str, str]) -> str:
    """The number that stands before an option; a dash where a typed number would be an answer of another kind."""
    return f"{option['number']}." if "number" in option else "-"


def _line(option: Mapping[str, str]) -> str:
    hint = option.get("hint")
    return f"{option['label']} ({hint})" if hint else option["label"]


def pieces(text: str, most: int) -> Iterator[str]:
    """The text in pieces of at most `most` UTF-16 units (what vendors count), cut at line ends, else at spaces."""
    while _units(text) > most:
        cut = _cut(_head(text, most))
        yield text[:cut].rstrip()
        text = text[cut:].lstrip("\n ")
    yield text


def _cut(head: str) -> int:
    """Where to cut the head: after its last line, else its last word, else at its end."""
    for mark in ("\n", " "):
        if (at := head.rfind(mark)) > len(head) // 4:
            return at
    return len(head)


def _head(text: str, most: int) -> str:
    """The longest beginning of at most `most` UTF-16 units; a letter outside the first plane counts two."""
    room = most
    for at, letter in enumerate(text):
        room -= 2 if letter > "\uffff" else 1
        if room < 0:
            return text[:at]
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
