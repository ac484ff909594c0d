"""A whole message in words: plain text for any channel, parts and options for a rich one."""

from collections.abc import Callable

from conversations.messages import Code, Line, Option, Outbound, Part, Role, Words
from locales.isolation import is_link, isolate

Say = Callable[[Line], str]
Has = Callable[[str], bool]
SAMPLE = Line("label.sample")


def rendered(message: Outbound, say: Say, has: Has) -> Words:
    """The message in words; options are told apart, for how they look is the channel's business."""
    parts = tuple(_part(part, say, has) for part in message.parts if _worded(part, has))
    lines = [_plain(part) for part in parts]
    return Words(
        text="\n".join(line for line in lines if line),
        parts=parts,
        options=tuple(_option(option, say, has) for option in message.options),
    )


def _worded(part: Part, has: Has) -> bool:
    """Whether the part stands: not every question has a reason or an example to tell."""
    return part.role not in (Role.WHY, Role.SAMPLE) or has(part.line.key)


def _part(part: Part, say: Say, has: Has) -> dict[str, object]:
    words: dict[str, object] = {"role": part.role.value, "text": say(_line(part))}
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
    text, label = str(part["text"]), part.get("label") if part["role"] != Role.ASK.value else None
    if part["role"] == Role.SAMPLE.value:
        text = isolate(text)
    apart = "\n" if part["role"] == Role.LINK.value else " "
    line = f"{label}:{apart}{text}" if label else text
    return f"{part['number']}. {line}" if "number" in part else line


def _option(option: Option, say: Say, has: Has) -> dict[str, str]:
    words = {"id": option.id, "label": say(option.label)}
    if option.number is not None:
        words["number"] = str(option.number)
    for name, line in (("short", option.short), ("hint", option.hint)):
        if line is not None and has(line.key):
            words[name] = say(line)
    return words
