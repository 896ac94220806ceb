"""The database backend of a checkout where nothing runs: says so in one line wherever a connection is wanted."""

from typing import NoReturn

from django.core.management.base import CommandError
from django.db.backends.postgresql import base
from django.db.utils import OperationalError


class NoDatabase(OperationalError, CommandError):
    """A command shows it as one line; code that can do without a database treats it as one that is down."""


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL's dialect without a server."""

    def get_connection_params(self) -> NoReturn:
        raise NoDatabase("start one with `uv run manage.py demo`, or set DATABASE_URL.")
