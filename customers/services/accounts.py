"""What people change about their own account."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import Language, PrivacyRequest, PrivacyRequestKind, User
from customers.models.users import normalised_email
from customers.states import PRIVACY_REQUEST_MACHINE, PrivacyRequestState
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import transition

# PIPL art. 50 asks for a prompt answer; GB/T 35273-2020 8.7 sets 30 days.
ANSWER_DAYS = 30


@use_case
def register_customer(*, email: str, language: str, by: Actor, at: datetime) -> User:
    """An account for a customer whose address has been verified in another way, such as a moved-in portfolio.

    Raises:
        Refused: there is an account with this address.
    """
    if User.objects.filter(email=normalised_email(email)).exists():
        raise Refused("address_taken", _("There is already an account with this address."), field="email")
    user = User.objects.create_user(email, language=language, created_at=at)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@use_case
def set_language(*, user: User, language: str, by: Actor, at: datetime) -> User:
    """The language of mail and messages to this person."""
    if language not in Language.values:
        raise Refused("language", _("Choose one of the languages of this site."), field="language")
    user.language = language
    user.save(update_fields=["language"])
    return user


@use_case
def record_login(*, user: User, by: Actor, at: datetime) -> None:
    """Note when the account was last signed in to, under the person's own name in the history."""
    user.last_login = at
    user.save(update_fields=["last_login"])


@use_case
def request_privacy(*, user: User, kind: str, by: Actor, at: datetime) -> PrivacyRequest:
    """Ask for a copy of one's data or for its erasure.

    Raises:
        Refused: the same request is still open, or there is no such kind.
    """
    if kind not in PrivacyRequestKind.values:
        raise Refused("kind", _("Choose what we should do with your data."), field="kind")
    due = business_date(at) + timedelta(days=ANSWER_DAYS)
    try:
        with transaction.atomic():
            return PrivacyRequest.objects.create(user=user, kind=kind, due_date=due, created_at=at)
    except IntegrityError as error:
        raise Refused(
            "already_open", _("You have already asked for this. We are working on it."), field="kind"
        ) from error


@use_case
def answer_privacy_request(
    *, request: PrivacyRequest, done: bool, answer: str, by: Actor, at: datetime
) -> PrivacyRequest:
    """Close a request with words the person will read.

    Raises:
        Refused: without words.
    """
    if not answer.strip():
        raise Refused("answer", _("Write what the person should read."), field="answer")
    target = PrivacyRequestState.DONE if done else PrivacyRequestState.REFUSED
    return transition(request, PRIVACY_REQUEST_MACHINE, target, by=by, at=at, answer=answer.strip(), answered_at=at)


@use_case
def withdraw_privacy_request(*, request: PrivacyRequest, by: Actor, at: datetime) -> PrivacyRequest:
    return transition(request, PRIVACY_REQUEST_MACHINE, PrivacyRequestState.WITHDRAWN, by=by, at=at)
