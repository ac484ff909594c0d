"""What a button of a topic carries: the verb only; whose conversation it is stands in the topic's row."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


class Verb(StrEnum):
    """What can be done by a button."""

    TAKE = "take"
    BACK = "back"
    REFER = "refer"
    END = "end"


class Press(CallbackData, prefix="desk"):
    """A tap."""

    verb: Verb
