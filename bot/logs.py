"""Logs: every line, ours or a library's, passes the root handler, which tells exceptions shortly and redacts."""

import logging
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, TextIO

from bot.redaction import Redactor, without_quotes
from bot.thrift import without_rich
from bot.tracebacks import told

with without_rich():
    import structlog
    from structlog.typing import EventDict, Processor

OURS = (
    *("benchmarks", "bot", "conversations", "desk", "handlers", "locales", "organisations", "papers", "scheduler"),
    *("services", "storage", "web"),
)
TALKATIVE = {"uvicorn": logging.INFO, "alembic": logging.INFO}  # every other library is heard from WARNING on
SILENT = ("uvicorn.access",)  # it writes addresses of people; /metrics counts requests


class _RootHandler(logging.StreamHandler[TextIO]):
    """Writes lines; a line that cannot be written is named by its place only, for its arguments may hold anything."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in logging
        error = sys.exception()
        sys.stderr.write(f"log line lost at {record.module}:{record.lineno}: {type(error).__name__}\n")


def configure(
    form: str = "auto", level: str = "INFO", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Set up logging for the process; `form` is auto, console or json, `secrets` are never written."""
    stream = stream or sys.stderr
    handler = _RootHandler(stream)
    handler.setFormatter(_formatter(form, Redactor(secrets), stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    _levels(root, level)
    logging.captureWarnings(True)
    _hooks()
    structlog.configure(
        processors=[*_first(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _first() -> list[Processor]:
    """What is known only where the line is written."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
    ]


def _formatter(form: str, redactor: Redactor, terminal: bool) -> logging.Formatter:
    console = form == "console" or (form == "auto" and terminal)
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=terminal) if console else structlog.processors.JSONRenderer(sort_keys=True)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_first(),
        processors=[_Redaction(redactor), structlog.processors.TimeStamper(fmt="iso", utc=True), renderer],
    )


class _Redaction:
    """The last but one step of every line: exceptions to text, then everything through the redactor."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __call__(self, _logger: Any, _method: str, line: EventDict) -> EventDict:
        foreign = not line.pop("_from_structlog", False)
        line.pop("_record", None)
        if exception := told(line.pop("exc_info", None)):
            line["exception"] = exception
        if foreign:
            line["event"] = without_quotes(str(line["event"]))
        return self._redactor.fields(line)


def _levels(root: logging.Logger, level: str) -> None:
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name, least in TALKATIVE.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _hooks() -> None:
    """Exceptions that nobody caught go the same way, for Python would print them unredacted."""
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("bot").critical("uncaught exception", exc_info=error or kind())
