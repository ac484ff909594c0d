"""The privacy notice in full: the association's short notice, and what its form declares of every question."""

from collections.abc import Iterable

from conversations.forms import Form
from conversations.messages import Line
from locales import Tongue
from locales.pages import privacy_frame
from organisations import Profile


def privacy_notice(profile: Profile, tongue: Tongue) -> str:
    """The notice in Markdown, in the tongue's language."""
    form = profile.organisation.forms[profile.organisation.request]
    name = tongue.say(Line("organisation.name"))
    notice = tongue.say(Line("notice.text", {"organisation": Line("organisation.name")}))
    return privacy_frame(tongue.language).format(
        notice="\n\n".join(notice.strip().splitlines()),
        organisation=name,
        questions=_bullets(_purposes(form, tongue)),
        roles=_bullets(_roles(form, tongue)),
    )


def _purposes(form: Form, tongue: Tongue) -> list[str]:
    """One line a purpose with the questions that serve it."""
    served: dict[str, list[str]] = {}
    for question in form.questions:
        served.setdefault(question.purpose, []).append(tongue.template(f"question.{question.id}.label"))
    comma = tongue.template("page.comma")
    return [f"{tongue.template(f'purpose.{purpose}')}: {comma.join(labels)}" for purpose, labels in served.items()]


def _roles(form: Form, tongue: Tongue) -> list[str]:
    roles = dict.fromkeys(role for question in form.questions for role in question.roles)
    return [tongue.template(f"role.{role}") for role in roles]


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
