"""What the staff's group is shown: a topic for each open handover, its head, and what is said while staff hold it."""

from collections.abc import Mapping
from typing import Any

from conversations.forms import About, Matter
from conversations.messages import Code, Line, Param, Quote
from conversations.organisation import Organisation
from conversations.reference import shown
from services import kinship
from services.disclosing import city_of
from services.masking import mask
from services.mirrored import LINES, REASONS, posts_of
from services.naming import name_fields
from services.ports import Clock, Memory, Reading, Row, Tongues, Unit
from services.posting import Kind, Posting
from services.roles import Role

Key = tuple[str, int]  # contact, number of the handover
SCANNED = 200
OFFICERS = frozenset({Role.RELATIONS.value, Role.RESEARCH.value})


class Mirroring:
    """Turns what was committed about handovers into posts; what it has done stands in the topics' rows."""

    def __init__(
        self,
        memory: Memory,
        organisations: Mapping[str, Organisation],
        tongues: Tongues,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._memory = memory
        self._organisations = organisations
        self._tongues = tongues
        self._clock = clock
        self._public_url = public_url
        self.posting = Posting(memory, clock)

    async def gather(self, organisation: str) -> int:
        """Make posts of all that is new; how many topics had news."""
        async with self._memory.reading() as unit:
            wanted = await _news(unit, organisation)
        for key in wanted:
            async with self._memory.unit() as unit:
                await self._follow(unit, organisation, key)
        return len(wanted)

    async def topic(self, organisation: str, thread: int) -> Row | None:
        """The topic of this thread, with the state of its handover as `stands`; None where it is none of ours."""
        async with self._memory.reading() as unit:
            topics = await unit.select("topics", {"organisation": organisation, "thread": thread})
            if not topics:
                return None
            key = {name: topics[0][name] for name in ("organisation", "contact", "number")}
            handovers = await unit.select("handovers", key)
        return {**topics[0], "stands": handovers[0]["state"] if handovers else "over"}

    async def mirrors(self, topic: Row, vendor: int) -> bool:
        """Whether this message of the group mirrors the person's own words."""
        where = {name: topic[name] for name in ("organisation", "contact", "number")}
        async with self._memory.reading() as unit:
            return bool(await unit.select("posts", {**where, "vendor": vendor, "kind": Kind.SAID.value}))

    async def tell(self, topic: Row, text: str) -> None:
        """Say something to staff in the topic, in these words."""
        async with self._memory.unit() as unit:
            await self.posting.append(unit, topic, [{"kind": Kind.MARK, "content": {"text": text}}])

    def words(self, organisation: str, content: Mapping[str, Any]) -> str:
        """The words of a post, in the association's first language; a head has them already."""
        if "key" not in content:
            return str(content["text"])
        params: dict[str, Param] = dict(content.get("params", {}))
        if role := content.get("role"):
            params["role"] = Line(f"desk.inbox.role.{role}") if role in {*OFFICERS, "supervisor"} else str(role)
        if "text" in content:
            params["text"] = Quote(str(content["text"]))
        return self._say(organisation, Line(str(content["key"]), params))

    async def head(self, unit: Reading, handover: Row) -> tuple[str, str]:
        """The topic's name and its first post: number, need, city, channel, since when, and the way to the console."""
        house = self._organisations[handover["organisation"]]
        case, given, names = await _known(unit, house, handover)
        reason = handover["reason"] if handover["reason"] in REASONS else "other"
        line = handover["line"] if handover["line"] in LINES else "other"
        need = self._say(house.name, Line(f"desk.inbox.reason.{reason}"))
        form = house.forms.get(case["form"]) if case else None
        city = mask(city_of(form, given, OFFICERS), names)
        number = str(case["reference"] or "") if case else ""
        url = f"{self._public_url}/desk/{house.name}/inbox/{handover['contact']}"
        lines = [
            Line("desk.telegram.number", {"number": Code(shown(number))}) if number else None,
            Line("desk.telegram.need", {"need": need}),
            Line("desk.telegram.city", {"city": city}) if city else None,
            Line("desk.telegram.channel", {"channel": Line(f"desk.inbox.line.{line}")}),
            Line("desk.telegram.since", {"since": handover["since"]}),
            Line("desk.telegram.console", {"url": Code(url)}),
            Line("desk.telegram.how"),
        ]
        name = " · ".join(part for part in (shown(number), need, city) if part)[:100]
        return name, "\n".join(self._say(house.name, line) for line in lines if line)

    def _say(self, organisation: str, line: Line) -> str:
        tongue = self._tongues(organisation, self._organisations[organisation].languages[0])
        return tongue.say(line)

    async def _follow(self, unit: Unit, organisation: str, key: Key) -> None:
        where = {"organisation": organisation, "contact": key[0], "number": key[1]}
        handovers = await unit.select("handovers", where, lock=True)  # two who gather take turns
        topics = await unit.select("topics", where)
        if not handovers:
            return
        topic = topics[0] if topics else await self._open(unit, handovers[0])
        scan, ended = {"organisation": organisation, "contact": key[0]}, handovers[0]["ended_at"]
        rows = await unit.select("messages", scan, after={"number": topic["mirrored"]}, order=["number"], limit=SCANNED)
        rows = [row for row in rows if ended is None or row["at"] <= ended]  # the rest is a later handover's
        _, _, names = await _known(unit, self._organisations[organisation], handovers[0])
        state, posts = posts_of(topic["state"], rows, names)
        if len(rows) < SCANNED and handovers[0]["state"] == "over" and state != "over":
            state, posts = "over", [*posts, _post("desk.telegram.over"), {"kind": Kind.CLOSE, "content": {}}]
        await self.posting.append(unit, where, posts)
        mirrored = rows[-1]["number"] if rows else topic["mirrored"]
        closed = self._clock() if state == "over" else None
        await unit.update("topics", [{**where, "state": state, "mirrored": mirrored, "closed_at": closed}])

    async def _open(self, unit: Unit, handover: Row) -> Row:
        """A new topic, from the message at which the wait began."""
        where = {"organisation": handover["organisation"], "contact": handover["contact"]}
        rows = await unit.select("messages", where, order=["-number"], limit=SCANNED)
        before = next((row["number"] for row in rows if row["at"] < handover["since"]), 0)
        topic = {**where, "number": handover["number"], "state": "waiting", "mirrored": before, "at": self._clock()}
        await unit.insert("topics", [topic])
        name, text = await self.head(unit, handover)
        head = {"text": text, "buttons": ["take", "back", "refer", "end"]}
        posts = [{"kind": Kind.TOPIC, "content": {"name": name}}, {"kind": Kind.HEAD, "content": head}]
        await self.posting.append(unit, topic, posts)
        return topic


def _post(key: str) -> Row:
    return {"kind": Kind.MARK, "content": {"key": key}}


async def _news(unit: Reading, organisation: str) -> list[Key]:
    """Handovers without a topic, and topics behind their conversation."""
    where = {"organisation": organisation}
    open_ = await unit.select("handovers", {**where, "state": ["waiting", "held"]}, order=["since"])
    shown_ = await unit.select("topics", {**where, "state": ["waiting", "held"]})
    have = {(row["contact"], row["number"]): row for row in shown_}
    keys = list(dict.fromkeys([*((row["contact"], row["number"]) for row in open_), *have]))
    contacts = sorted({contact for contact, _ in keys})
    rows = await unit.select("contacts", {**where, "contact": contacts}) if contacts else []
    newest = {row["contact"]: row["message_number"] for row in rows}
    still = {(row["contact"], row["number"]) for row in open_}
    return [k for k in keys if k not in have or k not in still or newest.get(k[0], 0) > have[k]["mirrored"]]


async def _known(unit: Reading, house: Organisation, handover: Row) -> tuple[Row | None, dict[str, Any], list[str]]:
    """The case in question (the handover's, else the newest), its answers, and every name in any case of theirs."""
    where = {"organisation": house.name}
    everybody = await kinship.family(unit, house.name, handover["contact"])
    cases = await unit.select("cases", {**where, "contact": everybody}, order=["-opened_at"])
    requests = [case for case in cases if house.matter_of(case["form"]) is Matter.REQUEST]
    if not requests:
        return None, {}, []
    chosen = next((case for case in requests if case["case"] == handover["case"]), requests[0])
    rows = await unit.select("answers", {**where, "case": [case["case"] for case in cases]})
    fields = {field for about in About for field in name_fields(house, about)}
    names = [str(row["value"]) for row in rows if row["field"] in fields and row["value"]]
    return chosen, {row["field"]: row["value"] for row in rows if row["case"] == chosen["case"]}, names
