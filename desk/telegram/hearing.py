"""What staff do in the group becomes the same verbs as in the console; strangers are not heard."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware, Dispatcher, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from conversations.acts import ChatAct, Ended, HandedBack, Noted, Referred, TakenOver, Wrote
from desk.telegram.client import Client
from desk.telegram.presses import Press, Verb
from services.binding import Binding
from services.casework import Casework, Forbidden, NotDone, NotThere
from services.members import Member
from services.mirroring import Mirroring
from services.ports import Row
from services.roles import Role

REFUSALS = frozenset({"held", "yours", "not_yours", "nobody", "empty", "too_long", "role"})
LONGEST_ALERT = 200
TOLD_AT_MOST = 1000
Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


@dataclass(slots=True)
class Group:
    """The staff's group of one association, as those who hear it need it."""

    organisation: str
    client: Client
    casework: Casework
    mirroring: Mirroring
    binding: Binding

    def say(self, key: str, **params: str) -> str:
        """Words of the association."""
        return self.mirroring.words(self.organisation, {"key": key, "params": params})


class Allowed(BaseMiddleware):
    """Lets through bound members in the staff's group, and whoever binds in private; all else falls to the floor."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._told: set[int] = set()

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Look whose account it is, anew each time: who was disabled is a stranger at once."""
        message = event.message if isinstance(event, CallbackQuery) else event
        if not isinstance(event, Message | CallbackQuery) or not isinstance(message, Message):
            return None
        user = event.from_user
        if user is None or user.is_bot:
            return None
        member = await self._group.binding.member(self._group.organisation, user.id)
        data |= {"group": self._group, "member": member}
        if message.chat.type == ChatType.PRIVATE and isinstance(event, Message):
            return await self._private(handler, event, data)
        if member is None or message.chat.id != self._group.client.chat:
            return None
        return await handler(event, data)

    async def _private(self, handler: Next, message: Message, data: dict[str, Any]) -> Any:
        """In private one binds; who does not is told once how."""
        if (message.text or "").startswith("/bind"):
            return await handler(message, data)
        if data["member"] is None and message.chat.id not in self._told and len(self._told) < TOLD_AT_MOST:
            self._told.add(message.chat.id)
            await answer(self._group, message, "desk.telegram.bind")
        return None


async def bind(message: Message, command: CommandObject, group: Group) -> None:
    """Bind the sender's account by the console's code."""
    if message.chat.type != ChatType.PRIVATE or message.from_user is None:
        return
    member = await group.binding.bind(group.organisation, message.from_user.id, command.args or "")
    if member is None:
        return await answer(group, message, "desk.telegram.bind_wrong")
    await answer(group, message, "desk.telegram.bound", name=member.name)


async def press(query: CallbackQuery, callback_data: Press, group: Group, member: Member, event_update: Update) -> None:
    """Do what the button says; a refusal is read by whoever pressed, with the name of who holds it."""
    thread = query.message.message_thread_id if isinstance(query.message, Message) else None
    topic = await group.mirroring.topic(group.organisation, thread) if thread else None
    if topic is None:
        return
    told = await do(group, member, topic, event_update.update_id, act_of(callback_data.verb, member))
    text = told or group.say("desk.telegram.done")
    alert = AnswerCallbackQuery(callback_query_id=query.id, text=text[:LONGEST_ALERT], show_alert=bool(told))
    await group.client.make(alert)


async def talk(message: Message, group: Group, member: Member, event_update: Update) -> None:
    """A reply to the person's own words goes to the person; everything else is a note."""
    thread = message.message_thread_id
    topic = await group.mirroring.topic(group.organisation, thread) if thread else None
    if topic is None:
        return
    replied = message.reply_to_message
    to_person = replied is not None and await group.mirroring.mirrors(topic, replied.message_id)
    text = message.text or ""
    if not text:
        return await group.mirroring.tell(topic, group.say("desk.telegram.text_only")) if to_person else None
    act = Wrote(member.staff, member.name, text) if to_person else Noted(member.staff, member.name, text)
    if told := await do(group, member, topic, event_update.update_id, act):
        await group.mirroring.tell(topic, told)
    elif replied is not None and not to_person and replied.message_id != thread and _ours(replied):
        await group.mirroring.tell(topic, group.say("desk.telegram.kept_note"))


def _ours(message: Message) -> bool:
    """Whether a bot wrote it."""
    return message.from_user is not None and message.from_user.is_bot


async def do(group: Group, member: Member, topic: Row, update: int, act: ChatAct) -> str:
    """Do it by the same verbs as the console, once for each update; the words of a refusal, or nothing."""
    if topic["stands"] == "over":
        return group.say("desk.telegram.is_over")
    try:
        refused = await group.casework.chat(member, f"messenger-{update}", topic["contact"], act)
    except Forbidden:
        return group.say("desk.telegram.forbidden")
    except (NotDone, NotThere):
        return group.say("desk.telegram.not_done")
    if refused is None:
        return ""
    code = refused.code if refused.code in REFUSALS else "other"
    return group.say(f"desk.inbox.refused.{code}", name=refused.name)


def act_of(verb: Verb, member: Member) -> ChatAct:
    """The act of a button."""
    match verb:
        case Verb.TAKE:
            return TakenOver(member.staff, member.name)
        case Verb.BACK:
            return HandedBack(member.staff, member.name)
        case Verb.REFER:
            return Referred(member.staff, member.name, Role.RESEARCH)
        case Verb.END:
            return Ended(member.staff, member.name)


async def answer(group: Group, message: Message, key: str, **params: str) -> None:
    """Say something in private."""
    await group.client.make(SendMessage(chat_id=message.chat.id, text=group.say(key, **params)))


def dispatcher(group: Group) -> Dispatcher:
    """Who hears what."""
    router = Router()
    router.message.outer_middleware(Allowed(group))
    router.callback_query.outer_middleware(Allowed(group))
    router.message.register(bind, Command("bind"))
    router.message.register(talk, F.chat.id == group.client.chat)
    router.callback_query.register(press, Press.filter())
    heard = Dispatcher(disable_fsm=True)
    heard.include_router(router)
    return heard
