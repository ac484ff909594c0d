"""Pages and their manners: languages, policy headers, what is kept by a browser, and who may see what."""

import json
from pathlib import Path

import pytest

from tests.visiting import visiting
from web.markdown import rendered

PEOPLE = {"Accept": "text/html"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Built files as the front end's build leaves them."""
    names = {
        "chat.css": "chat.1a.css",
        "chat.js": "chat.2b.js",
        "document.css": "document.3c.css",
        "widget.js": "widget.4d.js",
    }
    for name in names.values():
        (tmp_path / name).write_text(f"/* {name} */" * 50)
    (tmp_path / "arabic-400.5e.woff2").write_bytes(b"wOF2")
    (tmp_path / "manifest.json").write_text(json.dumps({**names, "arabic-400.woff2": "arabic-400.5e.woff2"}))
    (tmp_path / "notes.md").write_text("not for the street")
    return tmp_path


async def test_the_chat_page_is_arabic_unless_another_language_is_wanted() -> None:
    cases = [
        ("/chat/labas", {}, "ar", "rtl"),
        ("/chat/labas", {"Accept-Language": "en-GB,en;q=0.9,ar;q=0.5"}, "en", "ltr"),
        ("/chat/labas", {"Accept-Language": "fr,ar;q=0.2,en;q=0.1"}, "ar", "rtl"),
        ("/chat/labas", {"Accept-Language": "fr;q=x,,;"}, "ar", "rtl"),
        ("/chat/labas?lang=en", {"Accept-Language": "ar"}, "en", "ltr"),
        ("/chat/labas?lang=<script>", {}, "ar", "rtl"),
    ]
    async with visiting() as (_, visitor):
        for path, headers, language, direction in cases:
            async with visitor.get(path, headers=headers) as answer:
                assert answer.status == 200
                text = await answer.text()
                assert f'<html lang="{language}" dir="{direction}"' in text
                assert "<script>" not in text


async def test_titles_hold_the_short_name_only() -> None:
    async with visiting() as (_, visitor), visitor.get("/chat/labas") as answer:
        title = (await answer.text()).split("<title>")[1].split("</title>")[0]
        assert title == "الاختبار"


async def test_the_chat_page_may_do_nothing_but_what_it_needs() -> None:
    async with visiting() as (street, visitor), visitor.get("/chat/labas") as answer:
        directives = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert directives == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "font-src": "'self'",
            "img-src": "'self' data: blob:",
            "connect-src": f"'self' ws://127.0.0.1:{street.port} ws://localhost:{street.port} wss://labas.example",
            "frame-ancestors": "'self' https://labas.example",
            "base-uri": "'none'",
            "form-action": "'none'",
            "require-trusted-types-for": "'script'",
            "trusted-types": "'none'",
        }


async def test_every_answer_has_its_manners() -> None:
    paths = [
        "/chat/labas",
        "/chat/labas/policy",
        "/healthz",
        "/readyz",
        "/metrics",
        "/",
        "/nowhere",
        "/chat/labas/link",
    ]
    async with visiting() as (_, visitor):
        for path in paths:
            async with visitor.get(path) as answer:
                assert answer.headers["X-Content-Type-Options"] == "nosniff", path
                assert answer.headers["Referrer-Policy"] == "no-referrer", path
                assert "camera=()" in answer.headers["Permissions-Policy"], path
                assert answer.headers["Cache-Control"] == "no-store", path
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
                assert "Server" not in answer.headers, path


async def test_only_the_chat_may_be_framed() -> None:
    async with visiting() as (_, visitor):
        for path in ("/chat/labas/policy", "/chat/labas/privacy"):
            async with visitor.get(path) as answer:
                assert "frame-ancestors 'self';" in answer.headers["Content-Security-Policy"]


async def test_documents_are_shown_without_any_html_of_their_own() -> None:
    async with visiting() as (_, visitor), visitor.get("/chat/labas/policy") as answer:
        text = await answer.text()
        assert "<h1>سياسة</h1>" in text
        assert "&lt;b&gt;غامق&lt;/b&gt;" in text
    assert "<img" not in rendered("![x](https://evil.example/x.png)")
    assert "javascript:" not in rendered("[x](javascript:alert(1))").replace("[x](javascript:alert(1))", "")


async def test_the_colours_are_custom_properties() -> None:
    async with visiting() as (_, visitor), visitor.get("/chat/labas/colours.css") as answer:
        assert answer.content_type == "text/css"
        expected = (
            ":root { --accent-light: #0b6470; --soft-light: #d8e6e8; --accent-dark: #7fc8d0; --soft-dark: #333d3a; }"
        )
        assert (await answer.text()).strip() == expected


async def test_built_files_are_kept_for_ever_and_squeezed(built: Path) -> None:
    async with visiting(built=built) as (_, visitor):
        async with visitor.get("/chat/labas") as answer:
            assert 'href="/static/chat.1a.css"' in await answer.text()
        async with visitor.get("/static/chat.1a.css") as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.content_type == "text/css"
        async with visitor.get("/static/chat.1a.css", headers={"Accept-Encoding": "identity"}) as answer:
            assert "Content-Encoding" not in answer.headers
        async with visitor.get("/static/arabic-400.5e.woff2") as answer:
            assert (answer.content_type, await answer.read()) == ("font/woff2", b"wOF2")


async def test_other_files_are_not_there(built: Path) -> None:
    paths = [
        "/static/manifest.json",
        "/static/notes.md",
        "/static/chat.css",
        "/static/..%2fpages.py",
        "/static/%2e%2e/site.py",
    ]
    async with visiting(built=built) as (_, visitor):
        for path in paths:
            async with visitor.get(path) as answer:
                assert answer.status == 404, path


async def test_the_widget_is_for_other_sites(built: Path) -> None:
    async with visiting(built=built) as (_, visitor), visitor.get("/chat/labas/widget.js") as answer:
        assert answer.status == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"


async def test_what_is_not_there_is_told_kindly_and_names_nobody() -> None:
    async with visiting() as (_, visitor):
        for path in ("/chat/nobody", "/chat/nobody/policy", "/chat/LABAS", "/nowhere"):
            async with visitor.get(path, headers=PEOPLE) as answer:
                text = await answer.text()
                assert answer.status == 404
                assert "لا توجد صفحة" in text
                assert "labas" not in text
                assert "الاختبار" not in text
            async with visitor.get(path) as answer:
                assert await answer.json() == {"code": "not_found"}


async def test_what_breaks_tells_nothing() -> None:
    async def broken() -> dict[str, bool]:
        raise RuntimeError("a secret")

    async with visiting(ready=broken) as (_, visitor):
        async with visitor.get("/readyz", headers=PEOPLE) as answer:
            text = await answer.text()
            assert answer.status == 500
            assert "تعذّر فتح الصفحة" in text
            assert "secret" not in text
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with visitor.get("/readyz") as answer:
            assert await answer.json() == {"code": "failed"}
