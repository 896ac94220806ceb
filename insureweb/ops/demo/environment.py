"""What the demo's processes are told: addresses, keys made once for this installation, and where things lie."""

import base64
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from insureweb.ops.servers.addresses import ENVIRONMENT_FILE, SECRETS_FILE, read_environment_file
from insureweb.ops.servers.addresses import write_environment_file as write

SERVER_VARIABLES = ("DATABASE_URL", "REDIS_URL")


def own_secrets(folder: Path) -> dict[str, str]:
    """The keys of this installation, made the first time and readable by the owner only."""
    path = folder / SECRETS_FILE
    known = read_environment_file(path)
    if known:
        return known
    made = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEALING_KEYS": f"demo:{_random_key()}",
        "SEALING_ACTIVE_KEY": "demo",
        "BLIND_INDEX_KEY": _random_key(),
    }
    write(path, made)
    return made


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def build_environment(folder: Path, *, port: int, addresses: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a child. The caller's own variables win, except for what this run decides."""
    return {
        **own_secrets(folder),
        **os.environ,
        **addresses,
        "DEMO_DIR": str(folder),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "insureweb.settings.dev"),
        "DEBUG": os.environ.get("DEBUG", "false"),
        "PYTHONUNBUFFERED": "1",
        # The interpreter's folder comes first, as it does under `uv run`.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def announce(folder: Path, environment: Mapping[str, str]) -> None:
    """Write the addresses down for other commands, which read them when the variables are unset."""
    names = (*SERVER_VARIABLES, "PUBLIC_URL")
    write(folder / ENVIRONMENT_FILE, {name: environment[name] for name in names})


def withdraw(folder: Path) -> None:
    (folder / ENVIRONMENT_FILE).unlink(missing_ok=True)
