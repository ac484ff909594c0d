"""The pages: the chat, the association's policy and its privacy notice, its colours, and the list for this machine."""

import gzip
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.csp import page_policy
from web.doors import site_of
from web.markdown import rendered
from web.site import Association, Site
from web.tongue import wanted

TEMPLATES = Path(__file__).parent / "pages"
FIRST = "ar"
AN_HOUR = "public, max-age=3600"
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


async def chat(request: Request) -> Response:
    """The conversation's page; it may stand inside the pages of the profile's embedders."""
    association = _association(request)
    return page(request, association, "chat.html", embedders=association.embedders)


async def policy(request: Request) -> Response:
    """The association's policy with its beneficiaries, as it published it."""
    return _document(request, "policy", _association(request).policy)


async def privacy(request: Request) -> Response:
    """The association's privacy notice in full."""
    return _document(request, "privacy", _association(request).privacy)


async def colours(request: Request) -> Response:
    """The association's four colours as custom properties; the shared stylesheet chooses by theme."""
    names = ("--accent-light", "--soft-light", "--accent-dark", "--soft-dark")
    values = zip(names, _association(request).colours, strict=True)
    css = ":root { " + " ".join(f"{name}: {value};" for name, value in values) + " }\n"
    return Response(css, media_type="text/css", headers={"Cache-Control": AN_HOUR})


async def index(request: Request) -> Response:
    """The associations of this house, for whoever sits at this machine."""
    site = site_of(request)
    names = {name: site.say(name, FIRST, "organisation.name") for name in site.associations}
    cards = [{"url": f"/chat/{name}", "full": full} for name, full in names.items()]
    return _bare(request, "index.html", {"cards": cards})


def plain(request: Request, status: int) -> Response:
    """A kind page that names nobody, where there is nothing to show or nothing works."""
    return _bare(request, "missing.html", {"status": status}, status)


def _bare(request: Request, template: str, more: dict[str, Any], status: int = 200) -> Response:
    """A page of the house itself, in its first language; it needs no catalogue."""
    frame = {"language": FIRST, "direction": site_of(request).direction(FIRST)}
    return _html(request, template, {**frame, **more}, status)


def _association(request: Request) -> Association:
    return site_of(request).associations[request.path_params["organisation"]]


def _document(request: Request, kind: str, texts: Any) -> Response:
    association = _association(request)
    language = wanted(request, association.languages)
    return page(request, association, "document.html", {"kind": kind, "body": rendered(texts[language])})


def page(
    request: Request,
    association: Association,
    template: str,
    more: dict[str, Any] | None = None,
    embedders: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    """A page of an association, in the language that its visitor wants."""
    site = site_of(request)
    language = wanted(request, association.languages)
    context = {**_frame(site, association, language), **(more or {})}
    policy = page_policy(site.origins(association), embedders)
    return _html(request, template, context, status, policy)


def _frame(site: Site, association: Association, language: str) -> dict[str, Any]:
    """What every page of an association shows."""
    name = association.name
    return {
        "organisation": name,
        "base": f"/chat/{name}",
        "language": language,
        "direction": site.direction(language),
        "languages": association.languages,
        "others": [(code, site.language_name(code)) for code in association.languages if code != language],
        "name": site.say(name, language, "organisation.name"),
        "short": site.say(name, language, "organisation.short"),
        "approved": association.approved,
        "say": lambda key: site.say(name, language, key),
        "words": {code: site.page_words(name, code) for code in association.languages},
    }


def _html(
    request: Request, template: str, context: dict[str, Any], status: int = 200, policy: str | None = None
) -> Response:
    asset = request.app.state.assets.url
    html = ENVIRONMENT.get_template(template).render(asset=asset, **context).encode()
    headers = {"Content-Security-Policy": policy or page_policy(()), "Vary": "Accept-Encoding, Accept-Language"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        html, headers = gzip.compress(html, 6, mtime=0), {**headers, "Content-Encoding": "gzip"}
    return HTMLResponse(html, status, headers)
