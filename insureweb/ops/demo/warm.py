"""Import first, wait for a sign, then be the program: `python -m insureweb.ops.demo.warm SIGN MODULES PROGRAM …`

Importing the house takes seconds of a core. The demo's processes do it while the servers start and the tables are made,
and begin their work the moment the file SIGN exists.
"""

import importlib
import runpy
import sys
import time
from pathlib import Path

import django

ASKED_EVERY_SECONDS = 0.02


def main(sign: str, modules: str, program: str, *arguments: str) -> None:
    django.setup()
    importlib.import_module("insureweb.celery")  # makes our Celery application the current one
    for name in filter(None, modules.split(",")):
        importlib.import_module(name)
    while not Path(sign).exists():
        time.sleep(ASKED_EVERY_SECONDS)
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
