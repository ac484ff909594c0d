"""Reads updates of Telegram into events, and notes what is owed to the vendor once they are committed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import phonenumbers

from conversations.channels import Heard
from conversations.events import Event, Inbound, Left, Media, MediaKind, Opened, Proved, Said
from conversations.lexicon import Command
from handlers.telegram.edge import Checked, Fields, Member

LINE = "telegram"
PRIVATE = "private"
# /start opens with the payload of a deep link; in a group a command may name its bot.
COMMAND = re.compile(r"/(?P<name>[a-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(?P<rest>.*))?", re.DOTALL | re.IGNORECASE)
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
PLACES = frozenset({"venue", "location"})
PHONE = re.compile(r"\+?[0-9]{5,15}")
STAYED = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(frozen=True, slots=True)
class Quiet:
    """A small call that is owed once all is committed: answer a tap, leave a group, show that we are at work."""

    kind: str
    target: str

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


@dataclass(frozen=True, slots=True)
class QuietlyHeard(Heard):
    """What a call held, and what is owed for it."""

    quiet: tuple[Quiet, ...] = ()


def heard(organisation: str, updates: Iterable[Checked]) -> QuietlyHeard:
    """The events of updates in the order they came. What is for no person here (groups, bots) gives none."""
    inbounds: list[Inbound] = []
    quiet: dict[Quiet, None] = {}
    for checked in updates:
        sender, event, owed = _read(checked)
        quiet.update(dict.fromkeys(owed))
        if event is not None:
            inbounds.append(_inbound(organisation, checked.update, sender, event))
    return QuietlyHeard(tuple(inbounds), quiet=tuple(quiet))


def _inbound(organisation: str, update: Fields, sender: int, event: Event) -> Inbound:
    """Who speaks is known by the number of the account only: names and user names change hands."""
    return Inbound(organisation, LINE, (str(sender),), str(update["update_id"]), event, str(sender))


Read = tuple[int, Event | None, tuple[Quiet, ...]]


def _read(checked: Checked) -> Read:
    update = checked.update
    if checked.member:
        return _membership(checked.member)
    if query := update.get("callback_query"):
        return _tap(query)
    if message := update.get("message"):
        return _message(message, checked.others, edited=False)
    if message := update.get("edited_message"):
        return _message(message, checked.others, edited=True)
    post = update.get("channel_post") or update.get("edited_channel_post")
    return (0, None, (Quiet("leave", str(post["chat"]["id"])),)) if post else (0, None, ())


def _membership(member: Member) -> Read:
    """A person blocked us or came back; or somebody added us to a group, where nobody is served."""
    if member.private:
        known = {"kicked": Left(), "member": Left(back=True)}
        return member.chat, known.get(member.status), ()
    return 0, None, (Quiet("leave", str(member.chat)),) if member.status in STAYED else ()


def _tap(query: Fields) -> Read:
    """A tap; it is answered in any case, or the button seems to work for a minute."""
    owed = (Quiet("answer", query["id"]),)
    private = "message" in query and query["message"]["chat"]["type"] == PRIVATE
    if not (private and query.get("data")) or query["from"]["is_bot"]:
        return 0, None, owed
    return query["from"]["id"], Said(choices=(query["data"],)), owed


def _message(message: Fields, others: Mapping[str, str], edited: bool) -> Read:
    if message["chat"]["type"] != PRIVATE:
        return 0, None, (Quiet("leave", str(message["chat"]["id"])),)
    if "from" not in message or message["from"]["is_bot"]:
        return 0, None, ()
    sender = message["from"]["id"]
    event = _event(message, others, sender, edited)
    fetched = isinstance(event, Said) and any(media.kind is MediaKind.PAPER for media in event.media)
    return sender, event, (Quiet("typing", str(sender)),) if fetched else ()


def _event(message: Fields, others: Mapping[str, str], sender: int, edited: bool) -> Event | None:
    """What a message says; None for what says nothing, such as a message that was pinned."""
    if edited and PLACES & others.keys():
        return None  # a live place is edited every few seconds
    if not edited and "contact" in message and (phone := _own_phone(message["contact"], sender)):
        return Proved(phone)
    media = tuple(_attachments(message, others))
    text = message.get("text") or message.get("caption") or ""
    if not edited and not media and (found := COMMAND.fullmatch(text)):
        return _command(found, text)
    return Said(text, media=media, edited=edited) if text or media else None


def _command(found: re.Match[str], text: str) -> Event:
    """A command of the menu; /start with a door opens it. Any other word after a stroke is what the person wrote."""
    name, rest = found["name"].lower(), (found["rest"] or "").strip()
    if name == Command.START:
        return Opened(start=rest if PAYLOAD.fullmatch(rest) else None)
    return Said(text, choices=(name,)) if name in set(Command) and not rest else Said(text)


def _own_phone(contact: Fields, sender: int) -> str | None:
    """The phone in a card as E.164, where the vendor says that it is the sender's own.

    It comes with or without its plus. Bought numbers (+888) cannot be called and prove nothing.
    """
    if contact.get("user_id") != sender or not PHONE.fullmatch(contact["phone_number"]):
        return None
    try:
        number = phonenumbers.parse(f"+{contact['phone_number'].removeprefix('+')}", None)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None


def _attachments(message: Fields, others: Mapping[str, str]) -> Iterator[Media]:
    """What hangs on a message. Of a photo the largest size is taken: papers must be readable."""
    group = message.get("media_group_id", "")
    if others:
        name = next(iter(others))
        yield Media(MediaKind.PLACE if name in PLACES else MediaKind.OTHER, others[name], group=group)
    elif sizes := message.get("photo"):
        photo = max(sizes, key=_pixels)
        yield Media(MediaKind.PAPER, photo["file_id"], size=photo.get("file_size"), group=group)
    elif document := message.get("document"):
        name, size = document.get("file_name", ""), document.get("file_size")
        yield Media(MediaKind.PAPER, document["file_id"], name, size, group)
    elif sound := message.get("voice") or message.get("audio"):
        yield Media(MediaKind.VOICE, sound["file_id"], size=sound.get("file_size"), group=group)
    elif "contact" in message:
        yield Media(MediaKind.CARD, "")


def _pixels(photo: Fields) -> int:
    pixels: int = photo["width"] * photo["height"]
    return pixels
