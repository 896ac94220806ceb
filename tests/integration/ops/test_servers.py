"""Servers from wheels: start, stop, recovery after a kill, one owner at a time. The folders are this test's own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from insureweb.ops.servers import EmbeddedServers, ServersFailed, ServerUser, places
from insureweb.ops.servers.children import Child, command_line_of, wait_until_gone

ROOT = Path(__file__).resolve().parent.parent.parent.parent
HOLDER = """
import sys, time
from pathlib import Path
from insureweb.ops.servers import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]), durable=False)
with servers.running():
    print(*(child.pid for child in servers.children), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that the server user can reach; pytest's own folders are closed to others."""
    with tempfile.TemporaryDirectory(prefix="insureweb-servers-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def answer(servers: EmbeddedServers) -> str:
    with psycopg.connect(servers.postgres.url()) as connection:
        found = connection.execute("SELECT current_user").fetchone()
    with redis.from_url(servers.valkey.url) as client:
        assert client.ping()
    assert found is not None
    return str(found[0])


@pytest.mark.slow
def test_start_stop_and_start_again_keeps_the_data(folder: Path) -> None:
    servers = EmbeddedServers(folder, durable=False)
    with servers.running():
        assert answer(servers) == "insureweb"
        with psycopg.connect(servers.postgres.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        pids = [child.pid for child in servers.children]
    assert all(command_line_of(pid) is None for pid in pids)
    assert not list(folder.rglob("*.sock")) + list(folder.rglob(".s.PGSQL.5432"))
    with servers.running(), psycopg.connect(servers.postgres.url()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.slow
def test_the_application_role_is_no_superuser_and_the_locale_is_builtin(folder: Path) -> None:
    servers = EmbeddedServers(folder, durable=False)
    with servers.running(), psycopg.connect(servers.postgres.url()) as connection:
        superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        locale = connection.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'insureweb'")
        assert superuser == (False,)
        assert locale.fetchone() == ("b", "C.UTF-8")


@pytest.mark.slow
def test_the_sockets_are_private_and_the_server_is_not_root(folder: Path) -> None:
    servers = EmbeddedServers(folder, durable=False)
    with servers.running():
        for place in (servers.postgres.data, servers.postgres.sockets, servers.valkey.socket.parent):
            assert place.stat().st_mode & 0o077 == 0
            if os.geteuid() == 0:
                assert place.stat().st_uid != 0


@pytest.mark.slow
def test_a_second_start_over_the_same_folder_is_refused(folder: Path) -> None:
    with EmbeddedServers(folder, durable=False).running(), pytest.raises(ServersFailed, match="already run"):
        EmbeddedServers(folder, durable=False).running().__enter__()


@pytest.mark.slow
def test_the_servers_die_with_a_killed_owner_and_the_next_start_recovers(folder: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pids = [int(word) for word in owner.stdout.readline().split()]
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert len(pids) == 2
    assert all(wait_until_gone(pid, 10) for pid in pids)
    servers = EmbeddedServers(folder, durable=False)
    with servers.running():
        assert answer(servers) == "insureweb"


@pytest.mark.slow
def test_a_pid_file_and_socket_left_by_a_dead_server_are_cleared(folder: Path) -> None:
    servers = EmbeddedServers(folder, durable=False)
    with servers.running():
        pass
    # The number now belongs to somebody else: this very process.
    (servers.postgres.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{servers.postgres.data}\n0\n5432\n\n\n\nready\n"
    )
    (servers.postgres.sockets / ".s.PGSQL.5432").write_text("stale")
    servers.valkey.socket.write_text("stale")
    with servers.running():
        assert answer(servers) == "insureweb"


@pytest.mark.slow
def test_an_orphan_of_an_earlier_run_is_ended(folder: Path) -> None:
    first = EmbeddedServers(folder, durable=False)
    first.valkey.start()
    first.postgres.start()
    orphan = first.postgres.child
    assert orphan is not None
    second = EmbeddedServers(folder, durable=False)
    with second.running():
        assert not orphan.is_running()
        assert answer(second) == "insureweb"
    first.stop()


def test_half_a_data_folder_is_named(folder: Path) -> None:
    (folder / "postgres").mkdir()
    with pytest.raises(ServersFailed, match="--fresh"):
        EmbeddedServers(folder, durable=False).running().__enter__()


def test_a_folder_that_the_server_user_cannot_reach_is_replaced(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    wanted = tmp_path / "inside" / "data"
    assert places.reachable_folder(wanted, ServerUser()) == wanted
    other = places.reachable_folder(wanted, ServerUser(65534, 65534))
    assert other.parent == places.SYSTEM_FOLDER


def test_somebody_elses_folder_is_refused(folder: Path) -> None:
    (folder / "target").mkdir()
    (folder / "link").symlink_to(folder / "target")
    with pytest.raises(ServersFailed, match="belongs to somebody else"):
        places.own_folder(folder / "link", ServerUser())


def test_long_paths_get_a_short_socket_folder(tmp_path: Path) -> None:
    assert places.socket_folder(Path("/data")) == Path("/data/run")
    assert len(str(places.socket_folder(tmp_path / ("long" * 30)))) < places.LONGEST_SOCKET_FOLDER


def test_a_missing_wheel_is_said_in_one_line() -> None:
    with pytest.raises(ServersFailed, match="The package no-such-wheel is missing: run `uv sync`"):
        places.package_folder("no_such_wheel")


def test_a_child_that_ignores_its_stop_signal_is_killed_with_its_session(tmp_path: Path) -> None:
    script = "trap '' TERM; echo up; sleep 60 & wait; sleep 60"
    child = Child("stubborn", ["/bin/sh", "-c", script], log=tmp_path / "log", stop_signal=signal.SIGTERM)
    child.start()
    deadline = time.monotonic() + 10
    while "up" not in child.last_words() and time.monotonic() < deadline:
        time.sleep(0.02)
    child.stop(0.3)
    assert not child.is_running()
    assert command_line_of(child.pid) is None
