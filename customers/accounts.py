"""How allauth creates and admits accounts in this house."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from customers.models.users import Language, User, normalised_email
from insureweb.kernel.fixed_query import FixedQuery, Given

STAFF_SESSION_SECONDS = 8 * 3600


ACCOUNT: FixedQuery[User] = FixedQuery(lambda: User.objects.filter(pk=Given("pk")).order_by())


class HouseBackend(AuthenticationBackend):
    """Permissions come from roles alone; no account has permissions of its own, so nobody looks them up."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session; every page a signed-in person opens asks for it."""
        user = ACCOUNT.first(pk=user_id)
        return user if self.user_can_authenticate(user) else None

    def _get_user_permissions(self, user_obj: User) -> set[Any]:
        return set()

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


class AccountAdapter(DefaultAccountAdapter):
    """Accounts without user names or passwords, in the language they were opened in."""

    def clean_email(self, email: str) -> str:
        return normalised_email(email)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.language = Language.ENGLISH if (get_language() or "").startswith("en") else Language.CHINESE
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def render_mail(self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None) -> Any:
        """Mail speaks for the brand, not for the name of the server."""
        brand = settings.BRAND["name"][get_language() if get_language() in settings.BRAND["name"] else "zh-hans"]
        site = SimpleNamespace(name=brand, domain=brand)
        return super().render_mail(template_prefix, email, context | {"current_site": site}, headers)

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        if user.is_staff:
            request.session.set_expiry(STAFF_SESSION_SECONDS)


def network_address(request: HttpRequest) -> str | None:
    """The caller's address as far as our own proxies vouch for it."""
    address: str | None = get_client_ip(request)
    return address
