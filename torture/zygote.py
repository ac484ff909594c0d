"""A parent that has imported the house and forks processes which serve it: a kill and a start cost a second, not three.

    start 2      fork a process in this place
    again 2      kill -9 whoever is there, wait until it is gone, fork anew
    stop 2       SIGTERM

Each line of the answer is `up PLACE PID` or `died PLACE STATUS`. When its input ends it kills all and goes.

Is that as hard as a fresh process? The kernel ends a forked process by SIGKILL as any other: no handler runs, its
memory, locks, sockets and half-written pages are gone. What is forked has no loop, no thread, no connection, no socket
and no open file of ours: it reads the settings, loads the profiles, opens its database, takes the lock beside it and
binds its port itself, as `python -m bot serve` does, by the same function. Only what depends on nothing but the code
was done before: imports, and pure caches (what was learned of the approved answers). So a start is shorter here than in
life, which makes the kills denser and never softer. `random` is seeded anew in each child.
"""

import asyncio
import gc
import os
import random
import select
import signal
import socket
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
BACKLOG = 2048
STUMBLES = "TORTURE_STUMBLES"  # the words on which the mind stumbles; nothing of the house reads this
ROLES = "TORTURE_ROLES"  # what each place is: whole, web or worker
LEFT_AFTER = "TORTURE_LEFT_AFTER"  # seconds after which a call of a dead process is given up


def main() -> None:
    """Serve commands until the input ends."""
    _warm()
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    living: dict[int, int] = {}
    try:
        _obey(living, read)
    finally:
        for pid in living.values():
            os.kill(pid, signal.SIGKILL)


def _obey(living: dict[int, int], woken: int) -> None:
    rest = b""
    _say("ready")
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
        _reap(living)
        if 0 in ready:
            read = os.read(0, 4096)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                _act(line.decode(), living)


def _act(line: str, living: dict[int, int]) -> None:
    verb, place = line.split()[0], int(line.split()[1])
    pid = living.get(place)
    if verb == "stop" and pid:
        os.kill(pid, signal.SIGTERM)
    if verb == "again" and pid:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        living.pop(place)
        _say(f"died {place} {os.waitstatus_to_exitcode(status)}")
    if verb in ("start", "again") and place not in living:
        living[place] = _forked(place)
        _say(f"up {place} {living[place]}")


def _reap(living: dict[int, int]) -> None:
    for place, pid in list(living.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            del living[place]
            _say(f"died {place} {os.waitstatus_to_exitcode(status)}")


def _forked(place: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _redirect(place)
        random.seed()
        _serve(place)
        status = 0
    except BaseException as error:
        traceback.print_exception(error)
    finally:
        os._exit(status)


def _redirect(place: int) -> None:
    """Nothing of the parent's: its pipes are closed, and what is printed goes to a file."""
    log = os.open(f"house.{place}.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    for own in (1, 2):
        os.dup2(log, own)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.closerange(3, 64)


def _serve(place: int) -> None:
    """The command `serve` itself, on a port that the processes with doors share; a worker has one of its own."""
    from bot.commands import serve

    roles = os.environ[ROLES].split(",")
    role = roles[place % len(roles)]
    if role == "worker":
        os.environ["PORT"] = str(int(os.environ["PORT"]) + 1 + place)
    serve._listener = lambda settings: listener(settings.port)
    _mislead()
    serve.serve(web=role == "web", worker=role == "worker")


def listener(port: int) -> socket.socket:
    """A listening socket beside those of other processes on the same port: the kernel shares the callers out."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind((HOST, port))
    door.listen(BACKLOG)
    return door


def _mislead() -> None:
    """The switches of the run: words on which the mind stumbles, and how long a dead process's calls are waited for."""
    from datetime import timedelta
    from unittest.mock import patch

    from conversations import step as mind
    from conversations.events import Said
    from services import turns, unknowns

    marked, honest = os.environ.get(STUMBLES), mind.step
    if marked:

        def stumbling(conversation: Any, event: Any, facts: Any) -> Any:
            if isinstance(event, Said) and event.text.startswith(marked):
                raise RuntimeError("the mind stumbles, as it was told to")
            return honest(conversation, event, facts)

        patch.object(turns, "step", stumbling).start()
    if seconds := os.environ.get(LEFT_AFTER):
        unknowns.LEFT_AFTER = timedelta(seconds=float(seconds))


def _warm() -> None:
    """Import everything and fill the caches that depend on nothing but the code, by a house that is closed again."""
    from bot.app import create_app
    from bot.reading import load
    from bot.wiring import build
    from storage import migrate

    async def once() -> None:
        with tempfile.TemporaryDirectory() as folder:
            inside = {"data_dir": Path(folder), "erasure_ledger": Path(folder, "e"), "database_url": None}
            settings = load().model_copy(update=inside)
            await migrate(settings.database)
            house = await build(settings)
            create_app(house.site, house.open, desk=house.desk)
            await house.household.workshop.close()
            await house.household.memory.close()

    asyncio.run(once())
    gc.collect()
    gc.freeze()


def _say(line: str) -> None:
    with suppress(BrokenPipeError):
        os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
