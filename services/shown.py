"""What pages have shown: gathered for a moment, then one statement and one commit for all of them."""

import asyncio

import structlog

from services.ports import Memory

GATHER_S = 0.2  # nobody waits for it: what is unseen is looked for after ten minutes
AGAIN_S = 1.0
log = structlog.get_logger(__name__)


class Shown:
    """Holds how far each contact has seen until that is committed."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._upto: dict[tuple[str, str], int] = {}
        self._worker: asyncio.Task[None] | None = None

    def note(self, organisation: str, contact: str, seq: int) -> None:
        """Everything up to this seq was shown."""
        self._raise({(organisation, contact): seq})
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())

    async def close(self) -> None:
        """Write what there is now."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        if self._upto:
            await self._write()

    async def _work(self) -> None:
        """Gather and write, again while more came meanwhile; what could not be written waits for the next time."""
        while self._upto:
            await asyncio.sleep(GATHER_S)
            try:
                await self._write()
            except Exception as error:
                log.warning("webchat.shown_later", error=type(error).__name__)
                await asyncio.sleep(AGAIN_S)

    async def _write(self) -> None:
        upto, self._upto = self._upto, {}
        try:
            async with self._memory.unit() as unit:
                await unit.show([{"organisation": o, "contact": c, "seq": seq} for (o, c), seq in sorted(upto.items())])
        except BaseException:
            self._raise(upto)
            raise

    def _raise(self, upto: dict[tuple[str, str], int]) -> None:
        for place, seq in upto.items():
            self._upto[place] = max(seq, self._upto.get(place, 0))
