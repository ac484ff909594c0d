"""Where papers are judged: one process beside the house, with bounded memory and time, so that no paper hurts it."""

import asyncio
import logging
import multiprocessing
import resource
import signal
import warnings
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from storage.judging import Rebuilt, judge

MEMORY = 300 * 1024 * 1024  # on top of what the process has when it starts
SECONDS = 20  # of computing, a paper
PAPERS = 100  # then a fresh process takes over


class Workshop:
    """Judges one paper after the other; the process is started with the first."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._judged = 0
        self._turn = asyncio.Lock()

    async def judge(self, data: bytes) -> Rebuilt | str:
        """The paper made anew, or why not; one on which the process dies cannot be read."""
        async with self._turn:
            self._judged += 1
            try:
                return await asyncio.get_running_loop().run_in_executor(self._open(), bounded, data)
            except BrokenProcessPool:
                await self.close()
                return "unreadable"
            finally:
                if self._judged % PAPERS == 0:
                    await self.close()

    @property
    def pids(self) -> list[int]:
        """The processes at work now."""
        return [] if self._pool is None else list(self._pool._processes)

    async def close(self) -> None:
        """End the process, and what it has in hand."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_end, pool)

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            apart = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=apart, initializer=settle)
        return self._pool


def _end(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.terminate()
    pool.shutdown(cancel_futures=True)


def settle() -> None:
    """In the process: bound its memory, and let decoders keep to themselves what they stumble on."""
    from storage import documents, pictures

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    documents.prepare()
    pictures.prepare()
    logging.disable()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = Path("/proc/self/statm")
    if used.exists():
        own = int(used.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (own + MEMORY, own + MEMORY))


def bounded(data: bytes) -> Rebuilt | str:
    """In the process: judge a paper within its time; the system ends what takes longer."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = int(usage.ru_utime + usage.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return judge(data)
