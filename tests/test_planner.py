"""The planner's table: which way, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversations.failures import Failure
from services.planner import Ask, Reach, Template, Way, choose, values_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
OPEN_WINDOW = NOW - timedelta(hours=23, minutes=59)
CLOSED_WINDOW = NOW - DAY
WHATSAPP = Reach("w", "whatsapp", "whatsapp:+966500000001", last_inbound_at=OPEN_WINDOW, window=DAY)
CLOSED = replace(WHATSAPP, last_inbound_at=CLOSED_WINDOW)
TELEGRAM = Reach("t", "telegram", "77", last_inbound_at=CLOSED_WINDOW)
SMS = Reach("s", "sms", "+966500000001")
STOPPED = replace(TELEGRAM, stopped_at=NOW - timedelta(minutes=5))
TEMPLATE = Template("HX" + "1" * 32, ("reference", "name"))


def plan(*reaches: Reach, interactive: bool = False, template: Template | None = None, **more: object) -> Way:
    tried = frozenset(more.get("tried", ()))  # type: ignore[call-overload]
    return choose(Ask(reaches[0].address, interactive, reaches, NOW, template, tried))


@pytest.mark.parametrize(
    ("reaches", "more", "reason", "where"),
    [
        ([WHATSAPP], {"interactive": True}, "reply", "w"),
        ([TELEGRAM], {"interactive": True}, "reply", "t"),
        ([WHATSAPP], {}, "window", "w"),
        ([TELEGRAM], {}, "open", "t"),
        ([SMS], {}, "open", "s"),
        ([CLOSED], {}, "no_way", None),
        ([CLOSED], {"template": TEMPLATE}, "template", "w"),
        ([WHATSAPP], {"template": TEMPLATE}, "window", "w"),
        ([CLOSED, TELEGRAM, SMS], {}, "other:telegram", "t"),
        ([CLOSED, SMS, TELEGRAM], {}, "other:telegram", "t"),
        ([CLOSED, SMS], {}, "other:sms", "s"),
        ([TELEGRAM, CLOSED], {"tried": [("t", False, Failure.BAD_ADDRESS)]}, "no_way", None),
        ([TELEGRAM, WHATSAPP], {"tried": [("t", False, Failure.BAD_ADDRESS)]}, "other:whatsapp", "w"),
        ([TELEGRAM, CLOSED], {"tried": [("t", False, Failure.BAD_ADDRESS)], "template": TEMPLATE}, "template", "w"),
        ([WHATSAPP], {"tried": [("w", False, Failure.WINDOW_CLOSED)], "template": TEMPLATE}, "template", "w"),
        ([WHATSAPP], {"tried": [("w", False, Failure.NOT_THERE)], "template": TEMPLATE}, "no_way", None),
        ([CLOSED], {"tried": [("w", True, Failure.TEMPLATE)], "template": TEMPLATE}, "no_way", None),
        ([WHATSAPP, SMS], {"tried": [("w", False, Failure.ODD), ("s", False, Failure.ODD)]}, "no_way", None),
        ([CLOSED, STOPPED, SMS], {}, "other:sms", "s"),
        ([CLOSED, replace(TELEGRAM, muted=True), SMS], {}, "other:sms", "s"),
        ([CLOSED, replace(TELEGRAM, proven=False)], {}, "no_way", None),
        ([CLOSED, replace(TELEGRAM, open=False)], {}, "no_way", None),
        ([CLOSED, replace(TELEGRAM, to=None)], {}, "no_way", None),
        ([CLOSED, replace(TELEGRAM, line="web")], {}, "no_way", None),
        ([replace(TELEGRAM, muted=True)], {}, "no_way", None),
        ([replace(TELEGRAM, muted=True)], {"interactive": True}, "reply", "t"),
        ([STOPPED], {"interactive": True}, "no_way", None),
        ([replace(STOPPED, last_inbound_at=NOW)], {"interactive": True}, "reply", "t"),
        ([replace(STOPPED, last_inbound_at=NOW)], {}, "no_way", None),
        ([replace(WHATSAPP, last_inbound_at=None)], {}, "no_way", None),
    ],
)
def test_the_way_and_why(reaches: list[Reach], more: dict[str, object], reason: str, where: str | None) -> None:
    way = plan(*reaches, **more)  # type: ignore[arg-type]
    assert (way.reason, way.reach.address if way.reach else None) == (reason, where)
    assert (way.template is not None) is (reason == "template")


def test_a_template_takes_its_values_by_number_and_an_absent_one_is_empty() -> None:
    assert values_of(TEMPLATE, {"reference": "472193807"}) == {"1": "472193807", "2": ""}
