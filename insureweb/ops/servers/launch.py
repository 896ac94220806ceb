"""Become the server user, promise to die with the parent, then become the command itself.

Runs as a script in a bare interpreter (`python -I -S launch.py PARENT SIGNAL UID GID COMMAND...`), so that the promise
is made in a process without threads and after the user changed: Linux forgets it at every change of user.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(death_signal: int) -> None:
    """Ask Linux to send the signal when the parent dies; other systems have no such thing."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


def main(arguments: list[str]) -> None:
    """Replace this process by the command."""
    parent, death_signal, user, group = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    if user >= 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    # A background shell job starts with SIGINT ignored, and Python ignores SIGPIPE; ignored signals survive exec.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    die_with_parent(death_signal)
    if os.getppid() != parent:
        sys.exit("The parent is gone already.")
    os.execv(command[0], command)  # noqa: S606  the command is built by our own code, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
