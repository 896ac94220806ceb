"""The step that rounds: to decimal places, or to whole multiples of an amount."""

from __future__ import annotations

from collections.abc import Mapping

from products.rules.arithmetic import round_to_multiple, round_to_places
from products.rules.rate_tables import RateTable
from products.rules.rating_plan import Step
from products.rules.steps.kind import Built, Operands, Site, StepKind, StepRefused


def _round(step: Step, operands: Operands, site: Site) -> Built:
    (slot,), settings = operands.of, step.settings
    if "to" in settings:
        rounded = round_to_multiple(settings["to"], settings["mode"])
    else:
        rounded = round_to_places(settings["places"], settings["mode"])
    return Built(lambda values: rounded(values[slot]))


def _check_one_measure(step: Step, tables: Mapping[str, RateTable]) -> None:
    if ("places" in step.settings) == ("to" in step.settings):
        raise StepRefused("", "round takes either places or to")


KINDS = {"round": StepKind(_round, "of mode", "places to", check=_check_one_measure)}
