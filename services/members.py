"""Who is signed in at the desk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as their row stands at this request; `demo` marks one of the demonstration."""

    organisation: str
    staff: str
    name: str
    roles: frozenset[str]
    language: str = "ar"
    demo: bool = False
