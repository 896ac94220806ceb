"""Reading accounts, parties, messages and consents."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from customers.models import (
    Channel,
    Consent,
    IdentityCheck,
    IdentityType,
    LoginFailure,
    Message,
    Party,
    PrivacyRequest,
    RecordedMail,
    User,
)
from customers.states import MessageState, PrivacyRequestState


def own_party(user: User) -> Party | None:
    """The person the account belongs to, once known."""
    return Party.objects.filter(owner=user, is_self=True).first()


def verified_selves() -> QuerySet[Party]:
    """Account holders whose resident ID passed its newest identity check, with their accounts."""
    newest = IdentityCheck.objects.filter(party=OuterRef("pk")).order_by("-id").values("passed")[:1]
    selves = Party.objects.filter(is_self=True, id_type=IdentityType.RESIDENT_ID)
    return selves.annotate(passed=Subquery(newest)).filter(passed=True).select_related("owner").order_by("id")


def verified_self(user: User) -> Party | None:
    """The person the account belongs to, when their identity is confirmed."""
    return verified_selves().filter(owner=user).first()


def parties_of(user: User) -> QuerySet[Party]:
    """Everybody the account looks after, the person themself first."""
    return Party.objects.filter(owner=user).order_by("-is_self", "id")


def parties_with_id_number(id_number: str) -> QuerySet[Party]:
    """The same person over all accounts, where the law wants a total."""
    field = Party._meta.get_field("id_number_index")
    return Party.objects.filter(id_number_index=field.of(id_number)).order_by("id")  # type: ignore[union-attr]


def user_with_email(email: str) -> User | None:
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        return None


def inbox_of(user: User) -> QuerySet[Message]:
    return Message.objects.filter(user=user, channel=Channel.INBOX).order_by("-id")


def unread_count(user: User) -> int:
    return inbox_of(user).filter(state=MessageState.SENT).count()


def current_consents(user: User) -> list[Consent]:
    """The newest row of every kind and subject that is a consent and no withdrawal."""
    newest = (
        Consent.objects.filter(user=user)
        .order_by("kind", "subject_kind", "subject_no", "-id")
        .distinct("kind", "subject_kind", "subject_no")
    )
    return sorted((consent for consent in newest if consent.is_given), key=lambda consent: -consent.pk)


def consent_stands(*, kind: str, subject_kind: str, subject_no: str) -> bool:
    """Whether this was agreed to for this subject and not withdrawn since."""
    on_subject = Consent.objects.filter(kind=kind, subject_kind=subject_kind, subject_no=subject_no)
    newest = on_subject.order_by("-id").first()
    return newest is not None and newest.is_given


def privacy_requests_of(user: User) -> QuerySet[PrivacyRequest]:
    return PrivacyRequest.objects.filter(user=user).order_by("-id")


def open_privacy_requests() -> int:
    return PrivacyRequest.objects.filter(state=PrivacyRequestState.REQUESTED).count()


def recent_login_failures(at: datetime) -> int:
    """Wrong codes within the last hour, counted to 1,000."""
    recent = LoginFailure.objects.filter(at__gt=at - timedelta(hours=1)).order_by()
    return recent[:1000].count()


def failed_messages() -> int:
    """Mail and SMS that a person should look at, counted to 1,000."""
    return Message.objects.filter(state=MessageState.FAILED).order_by()[:1000].count()


def recorded_mail(limit: int = 50) -> list[RecordedMail]:
    """What would have been sent, newest first; development only."""
    return list(RecordedMail.objects.order_by("-id")[:limit])
