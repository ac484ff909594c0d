"""The house as the desk needs it; each service of the desk is named here once it stands in the household."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import structlog

from bot.household import Household
from bot.lines import WINDOWS
from bot.shelves import gist_in
from conversations.messages import Line, Param
from desk.site import Association, Desk
from locales import direction, name_of
from organisations import Profile
from papers.codes import qr_svg
from services.behalf import Behalf
from services.binding import Binding
from services.curating import Curating
from services.exporting import Exporting
from services.inbox import Inbox
from services.merging import Merging
from services.people import People
from services.ports import Clock
from services.requests import Requests
from services.revealing import Revealing
from services.righting import Righting
from services.roles import Right, Role, may
from services.scanning import Scanning
from services.slots import Slots
from services.surveying import Surveying
from services.threads import Threads
from services.voices import Voices

log = structlog.get_logger(__name__)
# What reads the memory for a room, knowing the associations and the hour.
READERS: Mapping[str, Callable[..., Any]] = {
    "requests": Requests,
    "surveying": Surveying,
    "voices": Voices,
    "exporting": Exporting,
    "slots": Slots,
    "revealing": Revealing,
}


def open_desk(
    household: Household, public_url: str, clock: Clock, binding: Mapping[str, Binding] | None = None
) -> Desk:
    """The desk of every association of the house; `binding` for those that have a group in a messenger."""
    organisations = {name: profile.organisation for name, profile in household.profiles.items()}
    approvals = {name: organisation.approvals for name, organisation in organisations.items()}
    inbox = Inbox(household.memory, organisations, clock)
    return Desk(
        public_url=public_url,
        associations={name: _association(profile) for name, profile in household.profiles.items()},
        say=_Wording(household),
        direction=cache(direction),
        language_name=cache(name_of),
        clock=clock,
        papers=household.papers,
        wakeups=household.memory.wakeups,
        staffing=household.staffing,
        signing=household.signing,
        accounts=household.accounts,
        qr=qr_svg,
        casework=household.casework,
        inbox=inbox,
        threads=Threads(household.memory, organisations, clock, WINDOWS),
        filesight=household.filesight,
        consenting=household.consenting,
        erasing=household.erasing,
        righting=Righting(household.memory, organisations, household.casework, clock),
        behalf=Behalf(household.memory, organisations, household.casework, household.papers, clock),
        people=People(household.memory, organisations),
        **{name: reads(household.memory, organisations, clock) for name, reads in READERS.items()},
        merging=Merging(household.memory, clock, household.memory.wakeups),
        acceptances=household.acceptances,
        scanning=Scanning(household.memory, household.papers, household.casework),
        curating=Curating(household.memory, household.knowledge, approvals, clock, gist_in(household.profiles)),
        binding=binding or {},
        counts=_Counts(inbox),
    )


class _Counts:
    """The figures beside the rooms' names."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def __call__(self, member: Any) -> Mapping[str, int]:
        """How many people wait for somebody, where the member may see it."""
        if not may(member.roles, Right.READ_INBOX):
            return {}
        return {"inbox": (await self._inbox.counted(member)).waiting}


class _Wording:
    """The words of the desk's pages."""

    def __init__(self, household: Household) -> None:
        self._tongues = household.tongues

    def __call__(self, organisation: str, language: str, key: str | Line, /, **params: Param) -> str:
        """The words of a key or of a line; where they are missing the log says so and the page goes on."""
        line = key if isinstance(key, Line) else Line(key, params)
        try:
            return self._tongues(organisation, language).say(line)
        except LookupError:
            log.error("desk.words_missing", name=line.key, language=language)
            return ""


def _association(profile: Profile) -> Association:
    look, organisation = profile.look, profile.organisation
    return Association(
        name=profile.name,
        languages=organisation.languages,
        colours=(look.accent_light, look.soft_light, look.accent_dark, look.soft_dark),
        approved=organisation.approved,
        zone=organisation.schedule.zone,
        roles=tuple(role for role in Role if role is not Role.DELEGATE or profile.channels["delegates"]),
        tools=tuple(tool.key for tool in profile.staff_tools),
    )
