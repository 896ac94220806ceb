"""Fills an empty installation and brings a kept one up to date; safe to repeat."""

import fcntl
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db.models import Count, Q

LOGINS_FILE = "logins.json"
NOBODY = ("--customers", "0", "--policies", "0", "--claims", "0")
Say = Callable[[str, str], None]


@contextmanager
def timed(say: Say, step: str, done: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    say(step, f"{done} ({time.monotonic() - started:.1f} s)")


def prepare(say: Say, *, staff_only: bool = False) -> None:
    """Everything between an empty database and a shop that sells; with `staff_only` nobody has bought anything yet."""
    with timed(say, "tables", "up to date"):
        call_command("migrate", interactive=False, verbosity=0)
    with timed(say, "roles", "in place"):
        quietly("create_roles")
    with timed(say, "products", "loaded"):
        load_catalogue()
    with timed(say, "files", "static files collected"):
        collect_static()
    if is_empty():
        with timed(say, "portfolio", "made"):
            quietly("make_portfolio", "--no-papers", *(NOBODY if staff_only else ()))
    write_logins(settings.DEMO_DIR / LOGINS_FILE)


def load_catalogue() -> None:
    """Load every product file of the shop and put it on sale."""
    quietly("load_product", "--all", "--publish")


def collect_static() -> None:
    """Collect under a lock, because a second demo may share the folder."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    with (settings.STATIC_ROOT.parent / "static.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("collectstatic", interactive=False, verbosity=0)


def is_empty() -> bool:
    """True before anybody has an account."""
    return not get_user_model().objects.exists()


def quietly(command: str, *arguments: str) -> None:
    """Run a command without its own report; its progress bar and its errors still show."""
    call_command(command, *arguments, verbosity=0, stdout=StringIO())


def logins() -> dict[str, str]:
    """One address for each role, and the customer with most to see: a claim under way, then many policies in force.

    Everybody signs in with a code sent by e-mail.
    """
    in_force = apps.get_model("policies", "Policy").objects.filter(state="in_force")
    busiest = (
        in_force.values_list("user__email")
        .annotate(
            waiting=Count("user__claims", filter=Q(user__claims__state="referred"), distinct=True),
            held=Count("pk", distinct=True),
        )
        .order_by("-waiting", "-held", "user__email")
        .first()
    )
    found = {"customer": busiest[0] if busiest else ""}
    staff = get_user_model().objects.filter(is_active=True, is_staff=True).order_by("pk")
    for user in staff.prefetch_related("groups"):
        for group in user.groups.all():
            found.setdefault(group.name, user.email)
    return {role: email for role, email in found.items() if email}


def write_logins(path: Path) -> None:
    path.write_text(json.dumps(logins(), ensure_ascii=False))


def read_logins(path: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(path.read_text())
    except OSError:
        return {}
    return known
