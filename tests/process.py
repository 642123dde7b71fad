"""Starting, awaiting and ending the real programs as processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

__all__ = ["NotReady", "RunningProcess", "free_port", "port_is_taken", "run_command", "wait_for"]

HOUSE = Path(__file__).parent.parent
READY_WITHIN_SECONDS = 60.0
POLL_SECONDS = 0.05
STOP_WITHIN_SECONDS = 15.0


class NotReady(Exception):
    """A program ended, or did not do in time what was waited for."""


class RunningProcess:
    """One of our programs, `python -m <arguments>`, with its output in a file."""

    def __init__(
        self, arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start it in a session of its own, so that Ctrl-C at the terminal is ours alone."""
        self.name = arguments[0]
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=HOUSE,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait_until_answering(self, url: str, seconds: float = READY_WITHIN_SECONDS) -> None:
        """Return once `url` answers with anything but a server's fault. Raises `NotReady`."""

        def answers() -> bool:
            if not self.is_running:
                raise NotReady(f"{self.name} ended while starting:\n{self.last_words()}")
            try:
                return httpx.get(url, timeout=5.0).status_code < 500
            except httpx.TransportError:
                return False

        wait_for(answers, f"{self.name} to answer at {url}", seconds, pause=self._pause)

    def stop(self) -> None:
        """Ask it to end (SIGTERM) and wait; kill it if it does not listen."""
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would: no notice, no clean-up (SIGKILL)."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def last_words(self, lines: int = 25) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _pause(self) -> None:
        try:
            self._process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            return


def run_command(arguments: Sequence[str], *, stdin: str = "") -> str:
    """Run `python -m <arguments>` to its end and return what it printed. Raises `NotReady`."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=HOUSE,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shown = " ".join(arguments)
        raise NotReady(f"python -m {shown} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def wait_for(
    condition: Callable[[], object],
    what: str,
    seconds: float = READY_WITHIN_SECONDS,
    pause: Callable[[], None] | None = None,
) -> None:
    """Return as soon as `condition()` is true. Raises `NotReady` naming `what`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise NotReady(f"waited {seconds:.0f} s for {what}")
        if pause is None:
            time.sleep(POLL_SECONDS)
        else:
            pause()


def free_port() -> int:
    """A TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_taken(port: int) -> bool:
    """Whether a program already listens on this port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False
