"""Where money leaves, two people look."""

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused


def check_second_person(by: Actor, requested_by_kind: str, requested_by_id: str) -> None:
    """Raises `Refused`: whoever asked for the money may not decide about it."""
    if by.same_person_as(requested_by_kind, requested_by_id):
        raise Refused("same_person", _("You asked for this yourself; a second person decides."))
