import os
import socket
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from insureweb.ops.demo.preparation import LOGINS_FILE, read_logins
from insureweb.ops.demo.supervisor import HOST, Demo, StopAsked
from insureweb.ops.demo.words import shown, welcome
from insureweb.ops.servers import ServersFailed


class Command(BaseCommand):
    help = "Run the whole house on this machine: database, cache, web server, worker and scheduler."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
        parser.add_argument("--fresh", action="store_true", help="erase the demo's data and start over")
        parser.add_argument("--smoke", action="store_true", help="buy and claim on a throwaway installation, then stop")

    def handle(self, *args: object, **options: Any) -> None:
        started = time.monotonic()
        try:
            if options["smoke"]:
                self._smoke()
            else:
                self._stay(options["port"], fresh=options["fresh"], started=started)
        except StopAsked:
            self.stdout.write("Stopped.")
        except ServersFailed as failure:
            raise CommandError(str(failure)) from failure
        except OSError as error:
            raise CommandError(f"{error.strerror or error}: {error.filename or 'the demo cannot go on'}") from error

    def _say(self, step: str, outcome: str) -> None:
        self.stdout.write(shown(step, outcome))
        self.stdout.flush()

    def _stay(self, port: int, *, fresh: bool, started: float) -> None:
        demo = Demo(folder=settings.DEMO_DIR, port=port, given=given_addresses(), say=self._say, fresh=fresh)
        with demo.running():
            logins = read_logins(settings.DEMO_DIR / LOGINS_FILE)
            self.stdout.write(welcome(demo.address, logins, time.monotonic() - started))
            self.stdout.flush()
            demo.watch()

    def _smoke(self) -> None:
        with tempfile.TemporaryDirectory(prefix="insureweb-smoke-") as name:
            folder = Path(name)
            folder.chmod(0o755)  # the server user has to pass through; the data folders inside are private
            demo = Demo(folder=folder, port=free_port(), given={}, say=self._say)
            with demo.running():
                self._say("address", demo.address)


def given_addresses() -> dict[str, str]:
    """The servers the caller named; those that the settings took from a running demo do not count."""
    return {name: os.environ[name] for name in sorted(settings.ADDRESSES_GIVEN)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
