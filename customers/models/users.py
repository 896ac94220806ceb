"""The account somebody signs in with. Who the person is stands in `Party`, never here."""

import unicodedata
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.duties import two_people
from insureweb.audit.models import Tracked


class Language(models.TextChoices):
    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


def normalised_email(email: str) -> str:
    """The one spelling of an address: compatibility forms folded, no spaces around it, lower case."""
    return unicodedata.normalize("NFKC", email).strip().lower()


class UserManager(BaseUserManager["User"]):
    def _create(self, email: str, password: str | None, **fields: Any) -> "User":
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=normalised_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account; without a password it signs in by code only."""
        return self._create(email, password, **{"is_staff": False, "is_superuser": False} | fields)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account that may do everything; for the first minute of an installation, never for daily work."""
        return self._create(email, password, **fields | {"is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalised_email(username or ""))


class User(Tracked, AbstractBaseUser, PermissionsMixin):
    """An account. It signs in by a code sent to its address; staff also need a second factor."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, default=Language.CHINESE)
    groups = models.ManyToManyField(  # type: ignore[assignment]
        Group,
        through="customers.UserRole",
        related_name="user_set",
        related_query_name="user",
        blank=True,
        verbose_name=_("roles"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta(Tracked.Meta):
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(condition=~models.Q(email=""), name="user_email_is_not_empty"),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values), name="user_language_is_one_of_the_house"
            ),
        ]

    def __str__(self) -> str:
        return masked_email(self.email)


def masked_email(email: str) -> str:
    """An address as history and lists show it: first letter, stars, domain."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


class UserRole(Tracked):
    """A role an account holds; its history says who gave or took it, and why."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, verbose_name=_("account"))
    group = models.ForeignKey(Group, on_delete=models.PROTECT, verbose_name=_("role"))

    class Meta(Tracked.Meta):
        verbose_name = _("role of an account")
        verbose_name_plural = _("roles of accounts")
        triggers = [*Tracked.Meta.triggers, two_people()]
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="user_role_is_held_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.group}"
