"""Every door of the desk, with its right or its rule; each room lists its own."""

from starlette.routing import BaseRoute

from desk import (
    account,
    behalf,
    binding,
    inbox,
    inbox_files,
    inbox_verbs,
    interviews,
    joining,
    knowledge,
    live,
    people,
    requests,
    requests_paper,
    requests_verbs,
    righting,
    rights,
    shell,
    signing,
    team,
    voices,
)


def routes() -> list[BaseRoute]:
    """The doors in the order in which they are tried."""
    own = [*signing.ROUTES, *joining.ROUTES, *account.ROUTES, *binding.ROUTES, *team.ROUTES]
    return [
        *own,
        *shell.ROUTES,
        *live.ROUTES,
        *inbox.ROUTES,
        *inbox_verbs.ROUTES,
        *inbox_files.ROUTES,
        *requests.ROUTES,
        *requests_verbs.ROUTES,
        *requests_paper.ROUTES,
        *voices.ROUTES,
        *rights.ROUTES,
        *righting.ROUTES,
        *interviews.ROUTES,
        *people.ROUTES,
        *behalf.ROUTES,
        *knowledge.ROUTES,
        *shell.LAST,
    ]
