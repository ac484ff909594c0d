"""A whole message in words: plain text for any channel, parts and options for a rich one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from conversations.messages import Code, Line, Option, Outbound, Part, Role, Words
from locales.isolation import is_link, isolate

Say = Callable[[Line], str]
Has = Callable[[str], bool]
Piece = tuple[dict[str, object], str]
SAMPLE = Line("label.sample")
GAP = "[…]"  # stands where a value was forgotten: the judge finds such a line before a person does


@dataclass(frozen=True, slots=True)
class Kept:
    """What was put into words before and holds no value: parts with their plain lines, and what options are called."""

    parts: dict[tuple[Role, str, str], Piece] = field(default_factory=dict)
    names: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)


def rendered(message: Outbound, say: Say, has: Has, kept: Kept) -> Words:
    """The message in words; options are told apart, for how they look is the channel's business."""
    pieces = [_piece(part, say, has, kept) for part in message.parts if _worded(part, has)]
    return Words(
        text="\n".join([line for _, line in pieces if line]),
        parts=tuple([words for words, _ in pieces]),
        options=tuple([_option(option, say, has, kept) for option in message.options]),
    )


def _piece(part: Part, say: Say, has: Has, kept: Kept) -> Piece:
    """A part with its plain line. Most hold no value, and are put into words once."""
    label = part.label
    valued = part.line.params or part.number is not None or part.option is not None or (label and label.params)
    key = (part.role, part.line.key, label.key if label else "")
    if not valued and key in kept.parts:
        return kept.parts[key]
    words = _part(part, say, has)
    piece = words, _plain(words)
    if not valued and GAP not in piece[1]:
        kept.parts[key] = piece
    return piece


def _worded(part: Part, has: Has) -> bool:
    """Whether the part stands: not every question has a reason or an example to tell."""
    return part.role not in (Role.WHY, Role.SAMPLE) or has(part.line.key)


def _part(part: Part, say: Say, has: Has) -> dict[str, object]:
    words: dict[str, object] = {"role": str(part.role), "text": say(_line(part))}
    label = part.label or _label(part, has)
    if label is not None:
        words["label"] = say(label)
    if part.number is not None:
        words["number"] = part.number
    if part.option is not None:
        words["option"] = part.option
    if part.role is Role.LINK and (href := _href(part.line)):
        words["href"] = href
    if part.role is Role.CALL and (number := _number(part.line)):
        words["href"] = f"tel:{number}"
    return words


def _line(part: Part) -> Line:
    """A row holds facts to compare, not appointments: a day in it stands without its weekday."""
    return Line("value.plain", part.line.params) if part.role is Role.ROW and part.line.key == "value" else part.line


def _label(part: Part, has: Has) -> Line | None:
    """The label of a part that brings none: «example» for a sample, else what stands beside its key, if anything."""
    own = SAMPLE if part.role is Role.SAMPLE else Line(f"{part.line.key}.label")
    return own if has(own.key) else None


def _href(line: Line) -> str | None:
    codes = [value.text for value in line.params.values() if isinstance(value, Code)]
    return next((text for text in codes if is_link(text)), None)


def _number(line: Line) -> str | None:
    """The number that is dialled, where the part holds one."""
    codes = (value.text for value in line.params.values() if isinstance(value, Code))
    return next((text for text in codes if text.removeprefix("+").isdecimal() and text.isascii()), None)


def _plain(part: dict[str, object]) -> str:
    text, role = str(part["text"]), part["role"]
    label = part.get("label") if role != Role.ASK else None
    if role == Role.SAMPLE:
        text = isolate(text)
    apart = "\n" if role == Role.LINK else " "
    line = f"{label}:{apart}{text}" if label else text
    return f"{part['number']}. {line}" if "number" in part else line


def _option(option: Option, say: Say, has: Has, kept: Kept) -> dict[str, str]:
    number = {} if option.number is None else {"number": str(option.number)}
    return {"id": option.id, **number, **_names(option, say, has, kept)}


def _names(option: Option, say: Say, has: Has, kept: Kept) -> dict[str, str]:
    """What an option is called: its label, and its short one and its hint where there are such."""
    lines = (("label", option.label), ("short", option.short), ("hint", option.hint))
    key = tuple([line.key if line else "" for _, line in lines])
    valued = any(line and line.params for _, line in lines)
    if not valued and key in kept.names:
        return kept.names[key]
    names = {name: say(line) for name, line in lines if line is not None and (name == "label" or has(line.key))}
    if not valued and all(GAP not in name for name in names.values()):
        kept.names[key] = names
    return names
