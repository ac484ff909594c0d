"""Every door of the desk, with its right or its rule; each room lists its own."""

from starlette.routing import BaseRoute

from desk import live, shell


def routes() -> list[BaseRoute]:
    """The doors in the order in which they are tried."""
    return [*shell.ROUTES, *live.ROUTES]
