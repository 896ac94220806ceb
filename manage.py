#!/usr/bin/env python
"""Command-line entry: `uv run manage.py help` lists every command."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insureweb.settings.dev")
    if sys.argv[1:2] == ["demo"]:
        # It only supervises, and is there sooner without the models of the whole house.
        from insureweb.ops.management.commands.demo import Command

        Command().run_from_argv(sys.argv)
        sys.exit()
    from django.core.management import execute_from_command_line

    # Makes our Celery application the current one, for commands that call services.
    from insureweb import celery  # noqa: F401

    execute_from_command_line(sys.argv)
