"""Which pages an application has, and which comes next."""

from collections.abc import Collection, Sequence

from products.rules.definition import Definition

INSURED, HEALTH, DETAILS, SUITABILITY, BENEFICIARY, CHECK = (
    "insured",
    "health",
    "details",
    "suitability",
    "beneficiary",
    "check",
)
# Pages inside a step, shown only when an answer asks for them.
HEALTH_DETAILS, BENEFICIARY_PEOPLE, PRICE = "health-details", "beneficiaries", "price"
INNER = {HEALTH_DETAILS: HEALTH, BENEFICIARY_PEOPLE: BENEFICIARY, PRICE: INSURED}


def pays_on_death(definition: Definition) -> bool:
    """True when a coverage pays a lump sum that ends the contract; then somebody has to receive it."""
    return definition.insured == "person" and any(
        coverage.kind == "lump_sum" and coverage.ends_contract for coverage in definition.coverages
    )


def steps_of(definition: Definition) -> tuple[str, ...]:
    """The steps of a product's application, in order; the last one is checking the answers."""
    wanted = {
        INSURED: True,
        HEALTH: bool(definition.health_questions),
        DETAILS: bool(definition.detail_questions),
        SUITABILITY: bool(definition.suitability),
        BENEFICIARY: pays_on_death(definition),
        CHECK: True,
    }
    return tuple(step for step, is_wanted in wanted.items() if is_wanted)


def next_open(steps: Sequence[str], saved: Collection[str]) -> str:
    """The first step not yet answered."""
    return next((step for step in steps if step == CHECK or step not in saved), CHECK)
