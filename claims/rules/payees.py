"""Who may receive what a group contract pays: the member, and after the member's death the close family.

An employer that insures its staff may name nobody but the insured person and their close relatives as beneficiary
(Insurance Law art. 39). Close relatives are the closed list of the Civil Code, art. 1045: spouse, parents, children,
siblings, grandparents, grandchildren. Without a named beneficiary the heirs take (art. 42), who stand in the same
list (Civil Code art. 1127). The employer itself is in none of them.
"""

from __future__ import annotations

SELF = "self"
CLOSE_FAMILY = ("spouse", "child", "parent", "sibling", "grandparent", "grandchild")
PAID_ON_DEATH = "lump_sum"


def may_receive(relationship: str, benefit: str) -> bool:
    """Whether a person of this relationship may be paid this kind of benefit: family only a sum due on death."""
    return relationship == SELF or (relationship in CLOSE_FAMILY and benefit == PAID_ON_DEATH)


def needs_a_person(relationship: str) -> bool:
    """Heirs, shares and deaths are weighed by a person, never by a table."""
    return relationship in CLOSE_FAMILY
