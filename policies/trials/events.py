"""Parts of a run that wait for the worker; `done` says how many records are through."""

from dataclasses import dataclass

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class PoliciesToReprice(Event):
    """The next policies of a what-if are to be priced."""

    run_id: int
    done: int


@dataclass(frozen=True)
class ApplicationsToDecide(Event):
    """The next decisions of an underwriting back-test are to be made again."""

    run_id: int
    done: int
