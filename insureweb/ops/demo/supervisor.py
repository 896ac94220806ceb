"""Starts the demo's processes in order, watches them, and stops every one of them whatever happens."""

import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings

from insureweb.ops.demo import environment as surroundings
from insureweb.ops.demo import freshness
from insureweb.ops.servers import Child, EmbeddedServers, ServersFailed
from insureweb.ops.servers.addresses import ENVIRONMENT_FILE, read_environment_file
from insureweb.ops.servers.children import command_line_of, end_orphan
from insureweb.ops.servers.places import locked
from insureweb.ops.words import compile_words

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent.parent.parent
NEEDED_BYTES = 600 * 1024 * 1024
READY_SECONDS = 60.0
STOP_SECONDS = 12.0
MOST_RESTARTS = 5
LOCK_NAME = "demo.lock"
PROCESSES_FILE = "processes"
# Signs that a warmed-up process waits for.
SERVERS_UP, DATA_READY = "servers.up", "data.ready"
# Stands as long as documents of the invented past are missing.
PAPERS_WANTED = "papers.wanted"


class StopAsked(BaseException):
    """Ctrl-C, a closed terminal or `kill`: not an error."""


@dataclass
class Demo:
    """One run. `say` receives a step's name and what came of it."""

    folder: Path
    port: int
    given: Mapping[str, str]
    say: Callable[[str, str], None]
    fresh: bool = False
    staff_only: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    papers: Child | None = None
    restarts: int = 0
    stamp: str = ""

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @contextmanager
    def running(self) -> Iterator["Demo"]:
        """Everything up and answering inside; everything stopped afterwards.

        Raises:
            ServersFailed: with one line for the person at the terminal.
        """
        with ExitStack() as stack:
            stack.enter_context(signals_as_exceptions())
            stack.enter_context(locked(self.folder, self._already_running(), name=LOCK_NAME))
            self._check_disk()
            self._end_leftovers()
            self._check_port()
            if self.fresh:
                self._erase()
                self.say("fresh", "all data of the demo erased")
            elif not self.given and freshness.is_unfinished(self.folder):
                self.say("unfinished", "the first start was interrupted, so it begins again")
                self._erase()
            self._take_down(SERVERS_UP, DATA_READY)
            stack.callback(self._take_down, SERVERS_UP, DATA_READY)
            self.environment = {**self._surroundings(), **self.extra}
            # Before any process imports the house: whoever reads a word first keeps the catalogue it found.
            compile_words(settings.LOCALE_PATHS)
            stack.callback(self.stop_children)
            preparation = self._begin_preparation()
            if preparation is None:
                self._start_children()
            else:
                stack.callback(preparation.stop, STOP_SECONDS)
            self._start_servers(stack)
            surroundings.announce(self.folder, self.environment)
            stack.callback(surroundings.withdraw, self.folder)
            self._put_up(SERVERS_UP)
            if preparation is not None:
                # They import the house on the core that making the tables leaves free.
                self._start_children()
                self._await(preparation)
            self._put_up(DATA_READY)
            self._wait_until_ready()
            self._make_papers_meanwhile()
            yield self

    # --- Before anything runs ----------------------------------------------------------------------------------------

    def _already_running(self) -> str:
        running = read_environment_file(self.folder / ENVIRONMENT_FILE).get("PUBLIC_URL", "another port")
        return f"The demo already runs at {running}; stop that one first (Ctrl-C where it was started)."

    def _check_disk(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < NEEDED_BYTES:
            raise ServersFailed(
                f"The disk is nearly full: {free // 1024**2} MB free for {self.folder}, "
                f"{NEEDED_BYTES // 1024**2} MB are needed."
            )

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError as error:
                raise ServersFailed(
                    f"Port {self.port} cannot be used ({error.strerror}); choose another one with --port."
                ) from error

    def _end_leftovers(self) -> None:
        """After kill -9 the system stops our children; wait for stragglers that still hold the port."""
        for name, pid in read_environment_file(self.folder / PROCESSES_FILE).items():
            if pid.isdecimal() and "insureweb" in (command_line_of(int(pid)) or ""):
                self.say("leftovers", f"ending the {name.lower()} of an earlier run")
                end_orphan(int(pid), signal.SIGTERM)
        (self.folder / PROCESSES_FILE).unlink(missing_ok=True)

    def _erase(self) -> None:
        if self.given:
            raise ServersFailed(f"--fresh erases only servers of its own, and {' and '.join(self.given)} is set.")
        servers = EmbeddedServers(self.folder)
        for folder in {self.folder, servers.folder}:
            for entry in folder.iterdir() if folder.exists() else ():
                if entry.is_dir():
                    shutil.rmtree(entry)
                elif entry.name not in {LOCK_NAME, "lock"}:
                    entry.unlink()

    # --- Starting ----------------------------------------------------------------------------------------------------

    def _surroundings(self) -> dict[str, str]:
        """What every process is told; the addresses of our own servers are known before these run."""
        servers = EmbeddedServers(self.folder)
        own = {"DATABASE_URL": servers.postgres.url(), "REDIS_URL": servers.valkey.url}
        return surroundings.build_environment(self.folder, port=self.port, addresses={**own, **self.given})

    def _start_servers(self, stack: ExitStack) -> None:
        """Servers of our own for what is not given."""
        if len(self.given) == len(surroundings.SERVER_VARIABLES):
            self.say("servers", "using DATABASE_URL and REDIS_URL")
            return
        started = time.monotonic()
        servers = EmbeddedServers(self.folder)
        # Entered before the processes' own clean-up is registered again, so that they stop before their servers do.
        stack.enter_context(servers.running())
        stack.callback(self.stop_children)
        self.children.extend(servers.children)
        where = f" in {servers.folder}" if servers.folder != self.folder else ""
        self.say("servers", f"PostgreSQL and Valkey answer after {time.monotonic() - started:.1f} s{where}")

    def _begin_preparation(self) -> Child | None:
        """Tables, roles, products, static files, portfolio: in a process of its own, none when nothing changed."""
        self.stamp = freshness.fingerprint(ROOT)
        if not self.given and freshness.is_prepared(self.folder, self.stamp):
            self.say("data", "kept from the last time")
            return None
        wanted = ["--staff-only"] if self.staff_only else []
        command = self._warmed(SERVERS_UP, "insureweb.ops.management.commands.prepare_demo", "django", "prepare_demo")
        # Nothing made here is worth waiting for the disk: after a crash the preparation is repeated.
        environment = {**self.environment, "PGOPTIONS": "-c synchronous_commit=off"}
        child = Child("preparation", [*command, *wanted], environment=environment, folder=str(ROOT))
        child.start()
        return child

    def _await(self, preparation: Child) -> None:
        freshness.begin(self.folder)
        try:
            failed = preparation.process is None or preparation.process.wait() != 0
        finally:
            preparation.stop(STOP_SECONDS)
            preparation.kill_session()  # whatever it started beside itself
        if failed:
            raise ServersFailed("Preparing the data failed; the reason stands above.")
        freshness.remember(self.folder, self.stamp)
        self._put_up(PAPERS_WANTED)

    def _make_papers_meanwhile(self) -> None:
        """The documents of the invented past, at the lowest priority: nobody has to wait for them."""
        if (self.folder / PAPERS_WANTED).exists():
            command = [sys.executable, "manage.py", "make_portfolio", "--papers"]
            log = self.folder / "documents.log"
            self.papers = Child("Documents", command, log=log, environment=self.environment, folder=str(ROOT))
            self.papers.start()

    def _look_after_papers(self) -> None:
        if self.papers is not None and not self.papers.is_running():
            if self.papers.process is not None and self.papers.process.returncode == 0:
                self._take_down(PAPERS_WANTED)
            self.papers = None

    def _start_children(self) -> None:
        for name, command in self._commands().items():
            child = Child(
                name=name,
                command=command,
                log=self.folder / f"{name.lower().replace(' ', '-')}.log",
                environment=self.environment,
                folder=str(ROOT),
            )
            child.start()
            self.children.append(child)
        self._write_processes()

    def _commands(self) -> dict[str, list[str]]:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        shared_memory = ["--worker-tmp-dir", "/dev/shm"] if Path("/dev/shm").is_dir() else []  # noqa: S108
        return {
            "Web server": self._warmed(
                DATA_READY, "insureweb.urls", "gunicorn", "insureweb.wsgi:application", "--bind", f"{HOST}:{self.port}",
                "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--timeout", "60",
                "--graceful-timeout", "5", "--no-control-socket", *shared_memory,
            ),
            "Worker": self._warmed(
                DATA_READY, "", "celery", "-A", "insureweb.celery", "worker", "--beat",
                "--concurrency", "2", "--loglevel", "WARNING", *quiet,
            ),
        }  # fmt: skip

    def _warmed(self, sign: str, modules: str, *command: str) -> list[str]:
        return [sys.executable, "-m", "insureweb.ops.demo.warm", str(self.folder / sign), modules, *command]

    def _put_up(self, sign: str) -> None:
        (self.folder / sign).touch()

    def _take_down(self, *signs: str) -> None:
        for sign in signs:
            (self.folder / sign).unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        """Wait for /readyz, which asks the database, the cache and the migrations."""
        started = time.monotonic()
        deadline = time.monotonic() + READY_SECONDS
        last = "no answer"
        while time.monotonic() < deadline:
            self._complain_about_dead()
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=5):  # noqa: S310  our own loopback address
                    seconds = time.monotonic() - started
                    self.say("processes", f"web server, worker and scheduler answer after {seconds:.1f} s more")
                    return
            except urllib.error.HTTPError as error:
                last = error.read(500).decode(errors="replace")
            except OSError as error:
                last = str(error)
            time.sleep(0.1)
        raise ServersFailed(f"The web server did not get ready in {READY_SECONDS:.0f} s: {last}")

    def start_again_with(self, **extra: str) -> None:
        """Stop our processes and start them with changed variables; the servers and their data stay."""
        self.stop_children()
        self.children = [child for child in self.children if child.environment is None]
        self.environment = {**self.environment, **extra}
        self._start_children()
        self._wait_until_ready()

    # --- Watching and stopping ---------------------------------------------------------------------------------------

    def _complain_about_dead(self) -> None:
        for child in self.children:
            if not child.is_running():
                raise ServersFailed(f"{child.name} stopped: {child.last_words()} (log: {child.log})")

    def watch(self) -> None:
        """Stay until asked to stop; start again what dies, and give up when that happens too often."""
        while True:
            time.sleep(0.5)
            self._look_after_papers()
            for child in self.children:
                if not child.is_running():
                    self._start_again(child)

    def _start_again(self, child: Child) -> None:
        self.restarts += 1
        if self.restarts > MOST_RESTARTS:
            raise ServersFailed(f"{child.name} stops again and again: {child.last_words()} (log: {child.log})")
        self.say("restart", f"{child.name} stopped and is started again (log: {child.log})")
        child.kill_session()
        child.start()
        self._write_processes()

    def _write_processes(self) -> None:
        processes = {child.name: str(child.pid) for child in self.children}
        surroundings.write(self.folder / PROCESSES_FILE, processes)

    def stop_children(self) -> None:
        """Ask all of ours at once, then wait for each; the servers under them stop afterwards."""
        ours = [child for child in (*self.children, self.papers) if child and child.environment is not None]
        for child in ours:
            child.ask_to_stop()
        for child in ours:
            child.stop(STOP_SECONDS)
        (self.folder / PROCESSES_FILE).unlink(missing_ok=True)


@contextmanager
def signals_as_exceptions() -> Iterator[None]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into StopAsked and ignore those after it, so that stopping is finished.

    Set explicitly because a background job of a shell starts with SIGINT ignored.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise StopAsked

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
