"""The supervisor's refusals and bookkeeping; the whole run is what `demo --smoke` proves."""

import os
import shutil
import signal
import socket
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from insureweb.ops.demo import environment, freshness, supervisor
from insureweb.ops.demo.supervisor import Demo, StopAsked, signals_as_exceptions
from insureweb.ops.servers import Child, ServersFailed
from insureweb.ops.servers.addresses import demo_environment, read_environment_file, write_environment_file
from insureweb.ops.servers.places import locked

GIVEN = {"DATABASE_URL": "postgresql://u@db.example/insureweb", "REDIS_URL": "redis://cache.example/0"}
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def demo(tmp_path: Path, said: list[str]) -> Demo:
    return Demo(folder=tmp_path, port=1, given=GIVEN, say=lambda step, outcome: said.append(f"{step}: {outcome}"))


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def refusal(demo: Demo) -> str:
    with pytest.raises(ServersFailed) as failure, demo.running():
        pass
    text = str(failure.value)
    assert "\n" not in text
    return text


def test_the_words_are_compiled_before_a_process_can_read_them(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def first_process(_demo: Demo) -> None:
        order.append("process")
        raise ServersFailed("enough seen")

    monkeypatch.setattr(supervisor, "compile_words", lambda folders: order.append("words"))
    monkeypatch.setattr(Demo, "_check_port", lambda demo: None)
    monkeypatch.setattr(Demo, "_begin_preparation", first_process)
    refusal(demo)
    assert order == ["words", "process"]


def test_a_second_demo_names_the_first_ones_address(demo: Demo) -> None:
    environment.announce(demo.folder, {**GIVEN, "PUBLIC_URL": "http://127.0.0.1:8765"})
    with locked(demo.folder, "", name=supervisor.LOCK_NAME):
        assert "already runs at http://127.0.0.1:8765" in refusal(demo)


def test_a_taken_port_is_said_with_the_way_out(demo: Demo, taken_port: int) -> None:
    demo.port = taken_port
    text = refusal(demo)
    assert f"Port {taken_port} cannot be used" in text
    assert "--port" in text


def test_a_full_disk_is_said_with_numbers(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**9, 10**9, 5 * 1024**2))
    assert "The disk is nearly full: 5 MB free" in refusal(demo)


def test_fresh_never_erases_servers_of_others(demo: Demo, taken_port: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        demo.port = free.getsockname()[1]
    demo.fresh = True
    assert "DATABASE_URL" in refusal(demo)


def test_fresh_erases_everything_but_the_locks(demo: Demo) -> None:
    demo.given = {}
    (demo.folder / "postgres").mkdir()
    (demo.folder / "secrets").write_text("x")
    (demo.folder / supervisor.LOCK_NAME).touch()
    demo._erase()
    assert [entry.name for entry in demo.folder.iterdir()] == [supervisor.LOCK_NAME]


def test_the_command_turns_a_refusal_into_one_line(taken_port: int, tmp_path: Path, settings) -> None:
    settings.DEMO_DIR = tmp_path
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("demo", port=taken_port)


def test_a_child_that_died_is_started_again_but_not_for_ever(demo: Demo, said: list[str], tmp_path: Path) -> None:
    child = Child("Worker", ["/bin/false"], log=tmp_path / "worker.log", environment={})
    demo.children = [child]
    child.start()
    assert child.process is not None
    child.process.wait()
    for _ in range(supervisor.MOST_RESTARTS):
        demo._start_again(child)
        child.process.wait()
    with pytest.raises(ServersFailed, match="again and again"):
        demo._start_again(child)
    assert len(said) == supervisor.MOST_RESTARTS


def stop_twice() -> None:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        os.kill(os.getpid(), signal.SIGINT)


def test_the_first_signal_stops_and_later_ones_do_not_interrupt() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(StopAsked), signals_as_exceptions():
        stop_twice()
    assert signal.getsignal(signal.SIGTERM) is before


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    made = environment.own_secrets(tmp_path)
    assert environment.own_secrets(tmp_path) == made
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert len(set(made.values())) == len(made)


def test_other_commands_find_the_demo_only_while_it_answers(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    url = f"postgresql://insureweb@/insureweb?host={folder}"
    write_environment_file(tmp_path / "env", {"DATABASE_URL": url, "REDIS_URL": "unix:///x?db=0"})
    write_environment_file(tmp_path / "secrets", {"SECRET_KEY": "kept"})
    assert demo_environment(tmp_path) == {"SECRET_KEY": "kept"}
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # pytest's folders are longer than a socket's path may be
        try:
            listener.bind(".s.PGSQL.5432")
        finally:
            os.chdir(here)
        listener.listen()
        link = Path(f"/tmp/insureweb-link-{os.getpid()}")
        link.symlink_to(folder)
        try:
            live = url.replace(str(folder), str(link))
            write_environment_file(tmp_path / "env", {"DATABASE_URL": live})
            assert demo_environment(tmp_path)["DATABASE_URL"] == live
        finally:
            link.unlink()


def test_environment_files_are_read_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("# note\nA=1\n\nB = x=y \nnonsense\n")
    assert read_environment_file(tmp_path / "env") == {"A": "1", "B": "x=y"}
    assert read_environment_file(tmp_path / "none") == {}


def test_a_changed_source_asks_for_preparation(tmp_path: Path) -> None:
    catalogue = tmp_path / "products" / "catalogue"
    catalogue.mkdir(parents=True)
    (catalogue / "one.yaml").write_text("a")
    stamp = freshness.fingerprint(tmp_path)
    freshness.remember(tmp_path, stamp)
    assert freshness.is_prepared(tmp_path, freshness.fingerprint(tmp_path))
    (catalogue / "one.yaml").write_text("ab")
    assert not freshness.is_prepared(tmp_path, freshness.fingerprint(tmp_path))


def test_an_interrupted_first_preparation_is_told_from_an_interrupted_later_one(tmp_path: Path) -> None:
    assert not freshness.is_unfinished(tmp_path)
    freshness.begin(tmp_path)
    assert freshness.is_unfinished(tmp_path)
    freshness.remember(tmp_path, "stamp")
    freshness.begin(tmp_path)
    assert not freshness.is_unfinished(tmp_path)
    assert freshness.is_prepared(tmp_path, "stamp")
