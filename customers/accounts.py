"""How allauth creates and admits accounts in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from customers.models.users import Language, User, normalised_email


class AccountAdapter(DefaultAccountAdapter):
    """Accounts without user names or passwords, in the language they were opened in."""

    def clean_email(self, email: str) -> str:
        return normalised_email(email)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.language = Language.ENGLISH if (get_language() or "").startswith("en") else Language.CHINESE
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved
