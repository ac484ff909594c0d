"""What comes through the pipe of `talk` need not be good text."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_bytes_that_are_no_text_and_nul_are_answered_like_any_other_line() -> None:
    lines = "مرحبا\n".encode() + b"\xff\xfe\xed\xa0\x80\n\0\n" + "موظف\n".encode()
    command = [sys.executable, "-m", "bot", "talk", "labas", "--channel", "web", "--language", "ar"]
    done = subprocess.run(command, input=lines, capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "موظف" in done.stdout.decode()
    assert b"Traceback" not in done.stderr
