"""`manage.py demo --smoke`: the main job over HTTP on an installation of its own, from nothing to the second payout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent.parent
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "DEMO_DIR")


@pytest.mark.slow
def test_the_main_job_works_on_a_fresh_installation(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--smoke"],
        cwd=ROOT,
        env={**environment, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("quote", "policy", "claim", "payout", "underwriter", "second person", "second payout"):
        assert f"\n  {step} " in done.stdout
