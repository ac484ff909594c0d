"""Every public door of the house, with its rule."""

from starlette.routing import BaseRoute

from services.access import Rule
from web.assets import static, widget
from web.doors import Door, SocketDoor
from web.health import alive, ready
from web.links import redeem
from web.metrics import metrics
from web.pages import chat as chat_page
from web.pages import colours, index, policy, privacy
from web.uploads import preview, upload
from web.verifying import handed, receipt, verify
from web.webchat import chat as chat_socket
from web.webhooks import telegram, twilio

CHAT = "/chat/{organisation}"
HOOKS = "/webhooks/{organisation}"


def routes() -> list[BaseRoute]:
    """The doors in the order in which they are tried: first those that are called most."""
    return [
        Door(f"{HOOKS}/twilio", twilio, Rule.SIGNED, "POST"),
        Door(f"{HOOKS}/twilio/status/{{token}}", twilio, Rule.SIGNED, "POST"),
        Door(f"{HOOKS}/telegram", telegram, Rule.SIGNED, "POST"),
        SocketDoor(f"{CHAT}/ws", chat_socket, Rule.OWN_PAGES),
        Door(CHAT, chat_page, Rule.ANYONE),
        Door(f"{CHAT}/widget.js", widget, Rule.ANYONE),
        Door(f"{CHAT}/colours.css", colours, Rule.ANYONE),
        Door(f"{CHAT}/policy", policy, Rule.ANYONE),
        Door(f"{CHAT}/privacy", privacy, Rule.ANYONE),
        Door(f"{CHAT}/link", redeem, Rule.OWN_PAGES, "POST"),
        Door(f"{CHAT}/files", upload, Rule.ANYONE, "POST"),  # both ask for the bearer token, which no foreign page has
        Door(f"{CHAT}/files/{{file}}", preview, Rule.ANYONE),
        Door(f"{CHAT}/receipts/{{case}}", receipt, Rule.ANYONE),  # asks for the bearer token too
        Door("/verify/{organisation}/{code}", verify, Rule.ANYONE),
        Door("/papers/{organisation}/{token}", handed, Rule.ANYONE),  # the token names one message on its way
        Door("/static/{name}", static, Rule.ANYONE),
        *health(),
        Door("/", index, Rule.THIS_MACHINE),
    ]


def health() -> list[BaseRoute]:
    """How the process stands, for those who run it."""
    return [
        Door("/healthz", alive, Rule.ANYONE),
        Door("/readyz", ready, Rule.ANYONE),
        Door("/metrics", metrics, Rule.NEIGHBOURS),
    ]
