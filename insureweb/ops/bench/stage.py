"""What a run stands on: throwaway servers, the house and the yardstick under the same gunicorn."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from insureweb.ops.servers import EmbeddedServers

WORKERS, THREADS = 2, 4


@dataclass(frozen=True)
class Stage:
    """Ports of the two applications and the environment their commands run in."""

    house: int
    bare: int
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        return run_quietly([sys.executable, "manage.py", *arguments], self.environment)


def run_quietly(command: list[str], environment: dict[str, str]) -> str:
    """Run to the end; the output, or an error that shows it."""
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(servers: EmbeddedServers, folder: Path, house: int) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "insureweb.settings.dev",
        "DEBUG": "false",
        "VAR_DIR": str(folder),
        "DATABASE_URL": servers.postgres.url(),
        "REDIS_URL": servers.valkey.url,
        "PRIVATE_FILES_DIR": str(folder / "private"),
        "PUBLIC_URL": f"http://127.0.0.1:{house}",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LOG_LEVEL": "ERROR",
    }


def _gunicorn(application: str, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
        "--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "30", "--log-level", "error",
    ]  # fmt: skip
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)  # noqa: S603


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The application server ended with {process.returncode}.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("The application server did not come up within a minute.")


@contextmanager
def stage(*, buyers: int) -> Iterator[Stage]:
    """Start everything on free ports over a temporary folder, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="insureweb-bench-", ignore_cleanup_errors=True) as name:
        servers = EmbeddedServers(Path(name) / "servers")
        with servers.running():
            ports = free_port(), free_port()
            built = Stage(*ports, _environment(servers, Path(name), ports[0]))
            _prepare(built, buyers)
            bare = {**built.environment, "DJANGO_SETTINGS_MODULE": "insureweb.ops.bench.bare.settings"}
            applications = [
                _gunicorn("insureweb.wsgi:application", built.house, built.environment),
                _gunicorn("django.core.wsgi:get_wsgi_application()", built.bare, bare),
            ]
            try:
                for port, process in zip(ports, applications, strict=True):
                    _wait_for(port, process)
                yield built
            finally:
                for process in applications:
                    process.terminate()
                for process in applications:
                    _end(process)


def _prepare(built: Stage, buyers: int) -> None:
    for arguments in (
        ["migrate", "--verbosity=0"],
        ["create_roles"],
        ["load_product", "--all", "--publish"],
        ["collectstatic", "--noinput", "--verbosity=0"],
        ["bench_prepare", f"--buyers={buyers}"],
    ):
        built.manage(*arguments)
