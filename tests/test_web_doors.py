"""The public doors besides the pages: health, figures, one-time links, and that each has its rule."""

from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.app import create_app
from services.access import Rule
from tests.visiting import visiting
from tests.web_house import Played, site
from web.doors import Door, UndeclaredDoor, require_rules
from web.routes import routes

JSON = {"Content-Type": "application/json"}


async def test_health_and_figures() -> None:
    async def ill() -> dict[str, bool]:
        return {"database": True, "migrations": False}

    async with visiting(ready=ill) as (_, visitor):
        async with visitor.get("/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        async with visitor.get("/readyz") as answer:
            assert (answer.status, await answer.json()) == (503, {"database": True, "migrations": False})
        async with visitor.get("/metrics") as answer:
            text = await answer.text()
            assert "wasl_sockets" in text
            assert "labas" not in text


async def test_the_list_of_associations_is_for_this_machine_only() -> None:
    async with visiting() as (street, visitor):
        async with visitor.get("/") as answer:
            assert "/chat/labas" in await answer.text()
        async with visitor.get("/", headers={"Host": "chat.example.org"}) as answer:
            assert answer.status == 404
            assert street.played.events == []


async def test_a_link_is_redeemed_once_and_only_by_a_page_of_ours() -> None:
    link = "k" * 43
    async with visiting(Played(links={link: "fresh"})) as (street, visitor):
        own = {**JSON, "Origin": street.origin}
        for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            async with visitor.post("/chat/labas/link", json={"token": link}, headers=origin) as answer:
                assert answer.status == 403
        async with visitor.post("/chat/labas/link", json={"token": link}, headers=own) as answer:
            assert (answer.status, await answer.json()) == (200, {"token": "fresh"})
        async with visitor.post("/chat/labas/link", json={"token": link}, headers=own) as answer:
            assert (answer.status, await answer.json()) == (410, {"code": "gone", "text": "ar:web.gone.text"})


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("token=x", "application/x-www-form-urlencoded", 415),
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("null", "application/json", 400),
        ("{}", "application/json", 400),
        ("[" * 900, "application/json", 400),
        ('{"token":7}', "application/json", 410),
        ('{"token":"short"}', "application/json", 410),
        ('{"token":"' + "x" * 2000 + '"}', "application/json", 413),
    ],
)
async def test_a_bad_link_is_refused(body: str, kind: str, status: int) -> None:
    async with visiting() as (street, visitor):
        headers = {"Content-Type": kind, "Origin": street.origin}
        async with visitor.post("/chat/labas/link", data=body, headers=headers) as answer:
            assert answer.status == status


async def test_other_methods_are_not_doors() -> None:
    async with visiting() as (_, visitor):
        for method, path in (
            ("POST", "/chat/labas"),
            ("GET", "/chat/labas/link"),
            ("DELETE", "/"),
            ("PUT", "/healthz"),
        ):
            async with visitor.request(method, path) as answer:
                assert answer.status == 405


def test_every_door_declares_its_rule() -> None:
    require_rules(routes())
    assert len(routes()) == 20


def test_a_door_without_a_rule_does_not_open() -> None:
    async def anything(_: Any) -> PlainTextResponse:
        return PlainTextResponse("")

    with pytest.raises(UndeclaredDoor, match="/secret"):
        create_app(site(Played()), more=[Route("/secret", anything)])
    assert create_app(site(Played()), more=[Door("/open", anything, Rule.ANYONE)]).routes
