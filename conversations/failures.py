"""Why a vendor did not take or carry a message: a closed vocabulary, each word with its consequence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Interrupted(Exception):
    """The memory was interrupted: a lost connection, or two who waited for each other. Once more may go well."""


class Failure(StrEnum):
    """What went wrong, in no vendor's words."""

    BUSY = "busy"
    UNREACHABLE = "unreachable"
    ODD = "odd"
    BAD_ADDRESS = "bad_address"
    OPTED_OUT = "opted_out"
    NOT_THERE = "not_there"
    WINDOW_CLOSED = "window_closed"
    TEMPLATE = "template"
    MEDIA = "media"
    FILTERED = "filtered"
    MALFORMED = "malformed"
    CREDENTIALS = "credentials"
    UNKNOWN = "unknown"


class Then(StrEnum):
    """What to do with the message: try again (busy: soon, at most so often; patient: over hours), plan it anew by
    another way, leave it failed, or hold it as unknown (never blindly sent again)."""

    RETRY = "retry"
    PATIENT = "patient"
    ONCE_MORE = "once_more"
    PLAN_AGAIN = "plan_again"
    GIVE_UP = "give_up"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows: for the message, for the address (stop writing to it), for staff (alert), for the line (down)."""

    then: Then
    stop_address: bool = False
    alert: bool = False
    line_down: bool = False


CONSEQUENCES: Mapping[Failure, Consequence] = {
    Failure.BUSY: Consequence(Then.RETRY),
    Failure.UNREACHABLE: Consequence(Then.PATIENT),
    Failure.ODD: Consequence(Then.ONCE_MORE),
    Failure.BAD_ADDRESS: Consequence(Then.PLAN_AGAIN, stop_address=True),
    Failure.OPTED_OUT: Consequence(Then.PLAN_AGAIN, stop_address=True),
    Failure.NOT_THERE: Consequence(Then.PLAN_AGAIN),
    Failure.WINDOW_CLOSED: Consequence(Then.PLAN_AGAIN),
    Failure.TEMPLATE: Consequence(Then.PLAN_AGAIN, alert=True),
    Failure.MEDIA: Consequence(Then.PLAN_AGAIN),
    Failure.FILTERED: Consequence(Then.GIVE_UP, alert=True),
    Failure.MALFORMED: Consequence(Then.GIVE_UP, alert=True),
    Failure.CREDENTIALS: Consequence(Then.RETRY, alert=True, line_down=True),
    Failure.UNKNOWN: Consequence(Then.HOLD),
}


class Delivery(StrEnum):
    """How far a message has come. A state only moves forward; failed is final unless it was delivered after all."""

    NEW = "new"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


FORWARD: Mapping[Delivery, frozenset[Delivery]] = {
    Delivery.NEW: frozenset({Delivery.SENDING, Delivery.FAILED, Delivery.DELIVERED}),
    Delivery.SENDING: frozenset({Delivery.UNKNOWN, Delivery.SENT, Delivery.DELIVERED, Delivery.READ, Delivery.FAILED}),
    Delivery.UNKNOWN: frozenset({Delivery.SENT, Delivery.DELIVERED, Delivery.READ, Delivery.FAILED}),
    Delivery.SENT: frozenset({Delivery.DELIVERED, Delivery.READ, Delivery.FAILED}),
    Delivery.DELIVERED: frozenset({Delivery.READ}),
    Delivery.READ: frozenset(),
    Delivery.FAILED: frozenset({Delivery.DELIVERED, Delivery.READ}),
}
