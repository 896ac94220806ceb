#!/usr/bin/env python
"""Command-line entry: `uv run manage.py help` lists every command."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insureweb.settings.dev")
    from django.core.management import execute_from_command_line

    # Makes our Celery application the current one, for commands that call services.
    from insureweb import celery  # noqa: F401

    execute_from_command_line(sys.argv)
