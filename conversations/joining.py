"""One human on several channels: a short code, told on one of them and written on the other, proves both."""

from conversations import anywhere, asking, greeting
from conversations.arabic import fold
from conversations.effects import IssueCode, IssueLink, Join, Joint, MissCode
from conversations.events import Joined, Said
from conversations.facts import Need
from conversations.handling import EndCall
from conversations.lexicon import Command
from conversations.messages import Code, Line, Part, Role
from conversations.state import FILLING, Mode
from conversations.turn import Turn, part, text

DIGITS = 8
MINUTES = 10
TRIES = 5
ASKED = "asked"
DOOR = "link"
HOUR_S = 3600


def offer(turn: Turn) -> None:
    """Tell a code for another channel, and take one from there as the next message."""
    turn.change(linking=ASKED)
    if not turn.facts.cases:
        return turn.tell(text("join.write"))
    if not may_try(turn):
        return turn.tell(text("join.too_many"))
    count_try(turn)
    turn.act(IssueCode(turn.facts.fresh.code))
    turn.tell(
        text("join.explain", count=MINUTES),
        part(Role.CODE, "join.code", code=Code(_shown(turn.facts.fresh.code))),
        part(Role.NOTE, "join.secret"),
        part(Role.NOTE, "join.write_here"),
        *_page(turn),
        *_messengers(turn),
    )


def _messengers(turn: Turn) -> list[Part]:
    """On the page: links that open the other channels with the code written already."""
    if not turn.private:
        return []
    code = turn.facts.fresh.code
    links = [(line, Code(link.replace("{code}", code))) for line, link in turn.organisation.reach]
    return [part(Role.LINK, f"join.open.{line}", url=url) for line, url in links]


def _page(turn: Turn) -> list[Part]:
    """Where this is no page and a draft is in hand: a link to the page, which goes on with the draft at once."""
    if turn.private or turn.draft is None:
        return []
    token = turn.facts.fresh.link
    turn.act(IssueLink(token, turn.draft.id))
    url = f"{turn.facts.public_url}/chat/{turn.organisation.name}#k={token}"
    return [text("join.page"), part(Role.LINK, "link.url", url=Code(url))]


def named(turn: Turn, said: Said) -> str | None:
    """The code that the message holds: after the word for it, or alone where it was asked for just now."""
    asked = turn.state.linking == ASKED
    if turn.state.linking and turn.state.mode is not Mode.JOIN:
        turn.change(linking="")
    words = fold(said.text).split()
    tail = len(words)
    while tail and words[tail - 1].isdecimal() and words[tail - 1].isascii():
        tail -= 1
    code, head = "".join(words[tail:]), " ".join(words[:tail])
    if said.choices or len(code) != DIGITS:
        return None
    meant = turn.facts.lexicon.commands.get(head) is Command.LINK if head else asked
    return code if meant else None


def carried(start: str | None) -> str | None:
    """The code that a link to this channel carries."""
    code = (start or "").removeprefix(DOOR)
    whole = code != start and code.isascii() and code.isdecimal() and len(code) == DIGITS
    return code if whole else None


def hear(turn: Turn, code: str, *, sure: bool = False) -> Need | None:
    """Judge the code; where the conversation here has requests of its own, ask before both become one."""
    if not may_try(turn):
        anywhere.stand(turn, text("join.too_many"))
        return None
    if turn.facts.found is None:
        turn.sought = (code,)
        return Need.CODE
    joint = turn.facts.found.joint
    if joint is None:
        _missed(turn)
    elif joint.contact == turn.facts.contact.id:
        anywhere.stand(turn, text("join.same"))
    elif turn.facts.cases and not sure:
        turn.move(Mode.JOIN, case=None, asking=None, origin=None, linking=code)
        ask(turn)
    else:
        _join(turn, joint)
    return None


def ask(turn: Turn) -> None:
    """Whether both conversations shall be one."""
    turn.say(part(Role.ASK, "join.sure"), offers=[("yes", "join.yes"), ("no", "join.no")])


def reply(turn: Turn, said: Said, key: str | None) -> Need | None:
    """Yes or no to that."""
    words, lexicon, code = fold(said.text), turn.facts.lexicon, turn.state.linking
    if key == "yes" or (key is None and words in lexicon.yes):
        return hear(turn, code, sure=True)
    if key == "no" or words in lexicon.no:
        turn.change(linking="")
        greeting.menu(turn, "join.left")
        return None
    ask(turn)
    return None


def joined(turn: Turn, event: Joined) -> None:
    """The person writes on another channel now: say so on both, and go on there where this one stood."""
    turn.tell_at(event.origin, event.live, text("join.done_there", channel=Line(f"channel.{event.line}")))
    done = text("join.done")
    if turn.state.mode is Mode.STAFF:
        return turn.tell(done)
    if turn.draft is None and turn.state.mode not in FILLING:
        brought = next((case for case in turn.open if case.id == event.case), None)
        if brought is not None:
            turn.say(done)
            return greeting.resume(turn, brought)
    if turn.state.mode is Mode.LINK and asking.asked(turn) is not None:
        return asking.restate(turn, done)
    anywhere.stand(turn, done)


def _join(turn: Turn, joint: Joint) -> None:
    if turn.state.queued:
        turn.act(EndCall(turn.state.call, "left"))
        turn.change(queued=False)
    turn.change(linking="")
    turn.act(Join(joint))


def _missed(turn: Turn) -> None:
    count_try(turn)
    turn.act(MissCode())
    if turn.state.mode is Mode.JOIN:
        turn.change(linking="")
        return greeting.menu(turn, "join.wrong")
    anywhere.stand(turn, part(Role.WRONG, "join.wrong"))


def may_try(turn: Turn) -> bool:
    """Whether one may still try to prove something, or ask for a code, in this hour of the clock."""
    return turn.state.tried_hour != _hour(turn) or turn.state.tried < TRIES


def count_try(turn: Turn) -> None:
    """One more try in this hour."""
    tried = turn.state.tried if turn.state.tried_hour == _hour(turn) else 0
    turn.change(tried=tried + 1, tried_hour=_hour(turn))


def _hour(turn: Turn) -> int:
    return int(turn.facts.now.timestamp() // HOUR_S)


def _shown(code: str) -> str:
    return f"{code[:4]} {code[4:]}"
