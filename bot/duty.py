"""What one process of the house does: all of it, or on PostgreSQL only the doors, or only what needs no door."""

from enum import StrEnum

from bot.judgement import SQLITE
from bot.reading import SettingsRefusedError
from bot.settings import Settings

ONE = (
    "--web and --worker divide the house between processes, which needs PostgreSQL: on SQLite one process does it all. "
    "Leave them out, or set WASL_DATABASE_URL to postgresql://..."
)


class Duty(StrEnum):
    """`WEB`: pages, sockets, webhooks, the desk. `WORKER`: sending, the clock, polling; of doors only health."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"

    @property
    def opens(self) -> bool:
        """Whether people and vendors come to this process."""
        return self is not Duty.WORKER

    @property
    def works(self) -> bool:
        """Whether this process sends, polls and keeps time."""
        return self is not Duty.WEB


def duty(settings: Settings, *, web: bool, worker: bool) -> Duty:
    """The duty that was asked for; SettingsRefusedError where the database cannot be shared."""
    if web is worker:
        return Duty.ALL
    if settings.database.startswith(SQLITE):
        raise SettingsRefusedError((ONE,))
    return Duty.WEB if web else Duty.WORKER
