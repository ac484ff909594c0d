"""What roles see of a form's questions."""

import pytest

from conversations.forms import About, Kind, Privacy, Question
from services.roles import Role, masked, sees


def _question(privacy: Privacy = Privacy.ORDINARY, roles: tuple[str, ...] = (Role.RESEARCH,)) -> Question:
    return Question("income", Kind.NUMBER, "money", About.APPLICANT, privacy, "support", "case", roles, "policy")


@pytest.mark.parametrize(
    ("roles", "seen"),
    [((), False), ((Role.RELATIONS,), False), ((Role.RESEARCH,), True), ((Role.RELATIONS, Role.RESEARCH), True)],
)
def test_a_question_is_seen_by_its_roles(roles: tuple[Role, ...], seen: bool) -> None:
    assert sees(roles, _question()) is seen


@pytest.mark.parametrize("privacy", Privacy)
def test_only_what_is_sensitive_is_masked(privacy: Privacy) -> None:
    assert masked(_question(privacy)) is (privacy is Privacy.SENSITIVE)
