"""Twilio's error codes in our own words (https://www.twilio.com/docs/api/errors)."""

from collections.abc import Mapping

from conversations.channels import SendFailed
from conversations.failures import Failure

CODES: Mapping[Failure, tuple[int, ...]] = {
    Failure.BAD_ADDRESS: (21211, 21614, 30005, 30006),
    Failure.OPTED_OUT: (21610, 63014, 63033),
    Failure.MALFORMED: (21617, 21620, 21655, 21656, 63027, 63028),
    Failure.BUSY: (20429, 30001, 30017, 63009, 63010, 63012, 63017, 63018),
    Failure.UNREACHABLE: (30003,),
    Failure.FILTERED: (30004, 30007, 63013, 63026),
    Failure.ODD: (30008,),
    Failure.NOT_THERE: (63003, 63024),
    Failure.WINDOW_CLOSED: (63016,),
    Failure.MEDIA: (63019, 63034),
    Failure.TEMPLATE: (63040, 63041),
    Failure.CREDENTIALS: (20003, 63001, 63007),
}
FAILURES: Mapping[str, Failure] = {str(code): failure for failure, codes in CODES.items() for code in codes}

# What an HTTP status says by itself. Nobody behind a gateway that ran out of time can tell whether a message was taken.
STATUSES: Mapping[int, Failure] = {
    401: Failure.CREDENTIALS,
    403: Failure.CREDENTIALS,
    408: Failure.UNKNOWN,
    429: Failure.BUSY,
    504: Failure.UNKNOWN,
}
MOST_WAIT_S = 3600.0


def told(code: str) -> Failure:
    """Why a message failed that Twilio had taken; a code that is new to us is odd."""
    return FAILURES.get(code, Failure.ODD)


def refused(status: int, code: str, retry_after: str | None) -> SendFailed:
    """Why a call was refused: by the code where we know it, else by the HTTP status."""
    known = FAILURES.get(code) or STATUSES.get(status)
    failure = known or (Failure.BUSY if status >= 500 else Failure.MALFORMED)
    return SendFailed(failure, code or str(status), _seconds(retry_after))


def _seconds(text: str | None) -> float | None:
    """The seconds to wait, where the header holds a sensible number of them."""
    if text is None or not text.isascii() or not text.strip().isdigit() or len(text) > 9:
        return None
    return min(float(text), MOST_WAIT_S)
