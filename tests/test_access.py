"""The table of who may come in where."""

import pytest

from services.access import RULES, Rule, Visitor, admits, normal_origin, origins

OWN = origins("https://chat.example.org", ["https://www.algerina.org"])
LOCAL = origins("http://localhost:8000")


def test_every_rule_is_decided() -> None:
    assert set(RULES) == set(Rule)


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("https://chat.example.org", True),
        ("https://www.algerina.org", True),
        ("http://chat.example.org", False),
        ("https://chat.example.org:8443", False),
        ("https://chat.example.org.evil.example", False),
        ("https://algerina.org", False),
        ("https://CHAT.example.org", False),
        ("null", False),
        ("", False),
        (None, False),
        ("http://localhost:8000", False),
    ],
)
def test_only_own_pages_and_embedders_talk_to_us(origin: str | None, let_in: bool) -> None:
    assert admits(Rule.OWN_PAGES, Visitor(origin=origin, origins=OWN)) is let_in


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://127.0.0.1:8001", False),
        ("https://localhost:8000", False),
    ],
)
def test_loopback_is_known_by_both_its_names(origin: str, let_in: bool) -> None:
    assert admits(Rule.OWN_PAGES, Visitor(origin=origin, origins=LOCAL)) is let_in


@pytest.mark.parametrize(
    ("origin", "site", "let_in"),
    [
        ("https://chat.example.org", None, True),
        ("https://chat.example.org", "same-origin", True),
        ("null", "same-origin", True),
        (None, "same-origin", True),
        ("null", None, False),
        (None, None, False),
        ("https://evil.example", None, False),
        ("https://chat.example.org", "same-site", False),
        ("https://chat.example.org", "cross-site", False),
        ("https://chat.example.org", "none", False),
        ("https://chat.example.org", "", False),
    ],
)
def test_forms_of_our_own_pages_only_are_taken(origin: str | None, site: str | None, let_in: bool) -> None:
    assert admits(Rule.OWN_FORMS, Visitor(origin=origin, origins=OWN, site=site)) is let_in


@pytest.mark.parametrize(
    ("address", "neighbour"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("192.168.1.9", True), ("::1", True), ("8.8.8.8", False), ("", False)],
)
def test_figures_are_for_neighbours(address: str, neighbour: bool) -> None:
    assert admits(Rule.NEIGHBOURS, Visitor(address)) is neighbour


@pytest.mark.parametrize(
    ("address", "host", "here"),
    [
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "chat.example.org", False),
        ("10.1.2.3", "localhost", False),
        ("", "localhost", False),
    ],
)
def test_the_list_of_associations_is_for_this_machine(address: str, host: str, here: bool) -> None:
    assert admits(Rule.THIS_MACHINE, Visitor(address, host)) is here


def test_anyone_is_anyone() -> None:
    assert admits(Rule.ANYONE, Visitor())


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Chat.Example.org:443/x?y", "https://chat.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert normal_origin(url) == origin
