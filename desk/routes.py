"""Every door of the desk, with its right or its rule; each room lists its own."""

from starlette.routing import BaseRoute

from desk import inbox, inbox_files, inbox_verbs, live, shell


def routes() -> list[BaseRoute]:
    """The doors in the order in which they are tried."""
    return [*shell.ROUTES, *live.ROUTES, *inbox.ROUTES, *inbox_verbs.ROUTES, *inbox_files.ROUTES]
