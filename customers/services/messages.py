"""Telling people things: to the inbox at once, by mail and SMS through the outbox."""

from collections.abc import Sequence
from datetime import datetime

from customers.events import MessageQueued
from customers.models import Channel, Message, User
from customers.states import MESSAGE_MACHINE, MessageState
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition


@use_case
def send_message(
    *,
    user: User,
    kind: str,
    title: Localized,
    body: Localized,
    subject_kind: str = "",
    subject_no: str = "",
    channels: Sequence[str] = ("inbox", "mail"),
    by: Actor,
    at: datetime,
) -> list[Message]:
    """Write the message for every channel; mail and SMS go out after commit. Texts hold no unmasked personal data."""
    sent = []
    for channel in channels:
        is_inbox = channel == Channel.INBOX
        message = Message.objects.create(
            user=user,
            channel=Channel(channel),
            kind=kind,
            title=title,
            body=body,
            subject_kind=subject_kind,
            subject_no=subject_no,
            state=MessageState.SENT if is_inbox else MessageState.WAITING,
            created_at=at,
            sent_at=at if is_inbox else None,
        )
        if not is_inbox:
            publish(MessageQueued(message=str(message.uuid)), at=at)
        sent.append(message)
    return sent


@use_case
def mark_read(*, message: Message, by: Actor, at: datetime) -> Message:
    """The person opened a message of their inbox; opening it again changes nothing."""
    if message.state != MessageState.SENT or message.channel != Channel.INBOX:
        return message
    return transition(message, MESSAGE_MACHINE, MessageState.READ, by=by, at=at, read_at=at)


@use_case
def mark_all_read(*, user: User, by: Actor, at: datetime) -> int:
    """Mark the whole inbox as read; how many were new."""
    new = Message.objects.filter(user=user, channel=Channel.INBOX, state=MessageState.SENT)
    return len([mark_read(message=message, by=by, at=at) for message in new])


@use_case
def mark_sent(*, message: Message, by: Actor, at: datetime) -> Message:
    return transition(message, MESSAGE_MACHINE, MessageState.SENT, by=by, at=at, sent_at=at)


@use_case
def mark_failed(*, message: Message, reason: str, by: Actor, at: datetime) -> Message:
    """No further attempt will help; a person looks at it."""
    return transition(message, MESSAGE_MACHINE, MessageState.FAILED, by=by, at=at, reason=reason)


@use_case
def send_failed_again(*, message: Message, by: Actor, at: datetime) -> Message:
    """Queue a failed mail or SMS once more.

    Raises:
        IllegalMove, NotAllowed
    """
    transition(message, MESSAGE_MACHINE, MessageState.WAITING, by=by, at=at)
    publish(MessageQueued(message=str(message.uuid)), at=at)
    return message
