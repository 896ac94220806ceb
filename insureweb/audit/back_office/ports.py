"""What the back office asks the apps above: who is the person at the keyboard."""

from collections.abc import Callable

from django.http import HttpRequest

from insureweb.kernel.actors import Actor

_source: list[Callable[[HttpRequest], Actor]] = []


def register_actor_source(source: Callable[[HttpRequest], Actor]) -> None:
    """The customers app, which knows accounts and roles, registers its answer when it is ready."""
    _source[:] = [source]


def actor_at(request: HttpRequest) -> Actor:
    """The actor of a request; anonymous while nobody answers."""
    return _source[0](request) if _source else Actor.anonymous()
