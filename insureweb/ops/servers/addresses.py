"""Which servers to use when DATABASE_URL and REDIS_URL are unset: the running demo's, or a test run's own."""

import os
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from insureweb.ops.servers import EmbeddedServers, answers

ENVIRONMENT_FILE = "env"
SECRETS_FILE = "secrets"
TEST_FOLDER_VARIABLE = "INSUREWEB_TEST_SERVERS"
TEST_FOLDER_NAME = re.compile(r"insureweb-test-(\d+)")


def read_environment_file(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file, empty when there is none."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def write_environment_file(path: Path, values: dict[str, str]) -> None:
    """Write NAME=value lines that only the owner can read, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    unfinished.replace(path)


def demo_environment(folder: Path) -> dict[str, str]:
    """The addresses of the demo over this folder while its servers answer, else nothing; its secrets always."""
    secrets = read_environment_file(folder / SECRETS_FILE)
    addresses = read_environment_file(folder / ENVIRONMENT_FILE)
    if addresses and not _is_live(addresses.get("DATABASE_URL", "")):
        addresses = {}
    return {**secrets, **addresses}


def _is_live(database_url: str) -> bool:
    """True for a server elsewhere, which we cannot judge, and for a socket where somebody listens."""
    parts = urlsplit(database_url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    if parts.hostname or not folder.startswith("/"):
        return True
    return answers(Path(folder) / ".s.PGSQL.5432")


def servers_of_test_run() -> EmbeddedServers:
    """The servers of this test run. The first process to ask names the folder; its children inherit the name."""
    default = Path(tempfile.gettempdir()) / f"insureweb-test-{os.getpid()}"
    return EmbeddedServers(Path(os.environ.setdefault(TEST_FOLDER_VARIABLE, str(default))), durable=False)


def sweep_test_folders() -> None:
    """Remove what killed test runs left behind."""
    for folder in Path(tempfile.gettempdir()).glob("insureweb-test-*"):
        named = TEST_FOLDER_NAME.fullmatch(folder.name)
        if named and _is_ours(folder) and not _is_alive(int(named[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    try:
        return folder.stat().st_uid == os.geteuid()
    except FileNotFoundError:  # a run that ended this moment removed its own
        return False


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
