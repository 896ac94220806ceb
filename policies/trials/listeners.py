"""The worker's part: the next records of a run."""

from datetime import datetime

from insureweb.kernel.outbox import subscribe
from policies.trials.events import ApplicationsToDecide, PoliciesToReprice
from policies.trials.services.back_test import UNDERWRITING
from policies.trials.services.what_if import WHAT_IF
from products.services.runs import WORKER, do_next_part


@subscribe(PoliciesToReprice)
def reprice_the_next(event: PoliciesToReprice, *, at: datetime) -> None:
    do_next_part(work=WHAT_IF, run_id=event.run_id, done=event.done, by=WORKER, at=at)


@subscribe(ApplicationsToDecide)
def decide_the_next(event: ApplicationsToDecide, *, at: datetime) -> None:
    do_next_part(work=UNDERWRITING, run_id=event.run_id, done=event.done, by=WORKER, at=at)
