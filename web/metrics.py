"""Figures for those who run the house: by channel and outcome, never by a person or an association."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, disable_created_metrics, generate_latest
from starlette.requests import Request
from starlette.responses import Response

disable_created_metrics()  # type: ignore[no-untyped-call]
FRAMES = Counter("wasl_inbound", "Messages that arrived, by what became of them.", ["channel", "outcome"])
SOCKETS = Gauge("wasl_sockets", "Open sockets.", ["channel"])


async def metrics(_: Request) -> Response:
    """The figures in the text form of Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
