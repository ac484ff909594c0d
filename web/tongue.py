"""Which language a page is shown in."""

from starlette.requests import Request


def wanted(request: Request, offered: tuple[str, ...]) -> str:
    """The language asked for by `?lang=`, else the best that the browser accepts, else the first offered."""
    asked = request.query_params.get("lang")
    if asked in offered:
        return str(asked)
    accepted = _accepted(request.headers.get("accept-language", "")[:200])
    return next((language for language in accepted if language in offered), offered[0])


def _accepted(header: str) -> list[str]:
    """The primary languages of an Accept-Language header, the most wanted first."""
    weighed = [_weighed(item) for item in header.split(",")]
    return [language for weight, language in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


def _weighed(item: str) -> tuple[float, str]:
    language, _, rest = item.strip().partition(";")
    try:
        weight = float(rest.strip().removeprefix("q=") or 1)
    except ValueError:
        weight = 0.0
    return weight, language.strip().split("-")[0].lower()
