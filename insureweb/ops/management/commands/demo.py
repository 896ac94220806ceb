import os
import socket
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from insureweb.kernel import clock
from insureweb.ops.demo.preparation import LOGINS_FILE, read_logins
from insureweb.ops.demo.supervisor import HOST, Demo, StopAsked
from insureweb.ops.demo.words import shown, welcome
from insureweb.ops.servers import ServersFailed
from insureweb.ops.smoke.journey import DAYS_AGO, Journey
from insureweb.ops.smoke.visitor import StepFailed


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
        """The main job on a throwaway installation: the sale in the past, the claims in the present."""
        with tempfile.TemporaryDirectory(prefix="insureweb-smoke-") as name:
            folder = Path(name)
            folder.chmod(0o755)  # the server user has to pass through; the data folders inside are private
            past = {"CLOCK_OFFSET_DAYS": str(-DAYS_AGO)}
            demo = Demo(folder=folder, port=free_port(), given={}, say=self._say, staff_only=True, extra=past)
            with demo.running():
                journey = Journey(demo.address, clock.today(), self._tell)
                try:
                    journey.sell()
                    demo.start_again_with(CLOCK_OFFSET_DAYS="0")
                    journey.claim()
                except StepFailed as failure:
                    raise CommandError(f"The smoke journey failed at {failure}") from failure
                finally:
                    journey.close()
        self.stdout.write(f"All {len(journey.results.seconds)} steps done in {journey.results.total_seconds:.1f} s.")

    def _tell(self, step: str, outcome: str, seconds: float) -> None:
        self.stdout.write(f"  {step:<22}{outcome:<24}{seconds:6.2f} s")
        self.stdout.flush()


def given_addresses() -> dict[str, str]:
    """The servers the caller named; those that the settings took from a running demo do not count."""
    return {name: os.environ[name] for name in sorted(settings.ADDRESSES_GIVEN)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
