"""The kinds of rating step, one module a family. A new kind is an entry in its family's table and nothing else."""

from collections.abc import Mapping

from products.rules.steps import bounds, commutation, look_ups, percentages, rounding, sums, tiers
from products.rules.steps.kind import Builder, StepKind

STEP_KINDS: Mapping[str, StepKind] = {
    **sums.KINDS,
    **look_ups.KINDS,
    **tiers.KINDS,
    **percentages.KINDS,
    **bounds.KINDS,
    **rounding.KINDS,
    **commutation.KINDS,
}
BUILDERS: Mapping[str, Builder] = {name: kind.build for name, kind in STEP_KINDS.items()}

__all__ = ["BUILDERS", "STEP_KINDS"]
