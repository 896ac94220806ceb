"""Foreground children: each in its own session, dying with us, logging to a file, stopped by its own signal."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launch.py")
LOG_LINES_SHOWN = 3


class ServersFailed(Exception):
    """A server could not be started or stopped; the message is one line for the person at the terminal."""


@dataclass(frozen=True)
class ServerUser:
    """The account a server runs as; -1 keeps ours."""

    user: int = -1
    group: int = -1

    @classmethod
    def unprivileged(cls) -> "ServerUser":
        """`nobody` when we are root, because PostgreSQL refuses to run as root; otherwise ourselves."""
        if os.geteuid() != 0:
            return cls()
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def changes(self) -> bool:
        return self.user >= 0


@dataclass
class Child:
    """One supervised process."""

    name: str
    command: Sequence[str]
    log: Path | None = None
    runs_as: ServerUser = field(default_factory=ServerUser)
    environment: Mapping[str, str] | None = None
    folder: str = "/"
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the command through the launcher, output appended to the log or, without one, shown here."""
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
        facts = [os.getpid(), int(self.stop_signal), self.runs_as.user, self.runs_as.group]
        with self._output() as output:
            self.process = subprocess.Popen(  # noqa: S603  built by our own code, no shell
                [*launcher, *map(str, facts), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env=dict(self.environment) if self.environment is not None else None,
                cwd=self.folder,
                start_new_session=True,
            )

    def _output(self) -> AbstractContextManager[IO[bytes] | None]:
        if self.log is None:
            return nullcontext()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        return self.log.open("ab")

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def is_running(self) -> bool:
        """True while the process lives; a zombie counts as dead."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the stop signal without waiting."""
        if self.process is not None and self.is_running():
            self.process.send_signal(self.stop_signal)

    def stop(self, seconds: float = 15.0) -> None:
        """Stop within the time given, and kill the whole session after it."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill_session()
            self.process.wait(5)

    def kill_session(self) -> None:
        """Kill the process and everything it started in its session."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def last_words(self) -> str:
        """The end of the log on one line, for an error message."""
        try:
            text = self.log.read_text(errors="replace") if self.log else ""
        except OSError:
            text = ""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return " / ".join(lines[-LOG_LINES_SHOWN:]) or "it left no word"


def command_line_of(pid: int) -> str | None:
    """The command line of a living process, or None when there is none; a zombie counts as dead."""
    proc = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            # The state letter follows the command name, which is in brackets and may itself hold spaces.
            if (proc / "stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}:
                return None
            return (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return None
    shown = subprocess.run(  # noqa: S603  fixed command, a number as argument
        ["/bin/ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return None if not shown or shown.startswith("Z") else shown.partition(" ")[2].strip()


def wait_until_gone(pid: int, seconds: float) -> bool:
    """True when the process disappeared within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if command_line_of(pid) is None:
            return True
        time.sleep(0.05)
    return command_line_of(pid) is None


def end_orphan(pid: int, stop_signal: signal.Signals) -> None:
    """Stop a server that an earlier run left behind."""
    for number, seconds in ((stop_signal, 15.0), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_until_gone(pid, seconds):
            return
    raise ServersFailed(f"Process {pid} of an earlier run does not stop; end it by hand.")
