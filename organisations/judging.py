"""The judge of one association among the others: every problem is one sentence that says what to fix."""

from collections.abc import Iterable, Iterator
from datetime import date

from organisations.colours import LEAST, weak
from organisations.judging_forms import judge_form
from organisations.judging_names import judge_names
from organisations.judging_words import judge_words
from organisations.knowledge import judge_knowledge
from organisations.problem import Problem, error, warning
from organisations.profile import Profile

TWO_WEEKS = 14
A_DAY_OF_AUDIT = date(2027, 3, 1)  # ages are walked as of one day, so that a judgement never depends on when it is made


def judge(profile: Profile, others: Iterable[Profile] = ()) -> list[Problem]:
    """Everything that is wrong with a profile; `others` are the associations whose names it must never show."""
    problems = [
        *_colours(profile),
        *_limits(profile),
        *_hours(profile),
        *(problem for form in profile.organisation.forms.values() for problem in judge_form(form, A_DAY_OF_AUDIT)),
        *judge_words(profile),
        *judge_knowledge(profile),
        *judge_names(profile, [other for other in others if other.name != profile.name]),
    ]
    return [Problem(problem.severity, f"{profile.name}: {problem.sentence}") for problem in problems]


def unready(profile: Profile) -> list[str]:
    """Why an association is not ready to be served to real people: its samples, while it has not approved them."""
    if profile.organisation.approved:
        return []
    samples = [f"{profile.name}: {part} is a sample." for part, _ in profile.samples]
    return [f"{profile.name}: the association has not approved this profile (approved = false).", *samples]


def _colours(profile: Profile) -> Iterator[Problem]:
    for theme, ground, ratio in weak(profile.look):
        accent = f"accent_{theme}"
        yield error(f"[look] {accent} stands {ratio:.2f}:1 on its {ground}; choose a colour of {LEAST}:1 or more.")


def _limits(profile: Profile) -> Iterator[Problem]:
    of = profile.organisation
    if of.floor_days < TWO_WEEKS:
        yield error(f"[limits] floor_days is {of.floor_days}; policies say no less than two weeks: {TWO_WEEKS}.")
    if of.ceiling_days <= of.floor_days:
        yield error(f"[limits] ceiling_days is {of.ceiling_days}; it must be later than floor_days.")
    if any(not 0 < day < of.draft_days for day in of.reminder_days):
        yield error("[limits] reminder_days must lie between the first day and draft_days, when the draft lapses.")


def _hours(profile: Profile) -> Iterator[Problem]:
    if not profile.organisation.schedule.hours:
        yield warning("[schedule] hours names no day; nobody can be told when a person will be there.")
