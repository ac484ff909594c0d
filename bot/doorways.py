"""Where else an association is written to: what its profile says, and the WhatsApp number that the settings name."""

from collections.abc import Mapping
from dataclasses import replace

from bot.settings import Settings
from organisations import Profile
from organisations.parts import whatsapp_link


def with_numbers(profiles: Mapping[str, Profile], settings: Settings) -> dict[str, Profile]:
    """The profiles, each with the link to its WhatsApp number where the settings name one and the profile does not."""
    return {name: _one(profile, settings.organisation(name).twilio_whatsapp_from) for name, profile in profiles.items()}


def _one(profile: Profile, number: str | None) -> Profile:
    reach = dict(profile.organisation.reach)
    if not number or "whatsapp" in reach:
        return profile
    reach["whatsapp"] = whatsapp_link(number.removeprefix("whatsapp:"))
    return replace(profile, organisation=replace(profile.organisation, reach=tuple(reach.items())))
