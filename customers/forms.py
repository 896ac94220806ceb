"""The doors of the house: allauth's forms with failure counters that outlive the cache."""

from typing import Any

from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
)
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms

from customers.accounts import network_address
from customers.models import FailureKind
from customers.services.security import check_failures, record_login_failure
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused

DOOR = Actor.system("door")


def _refuse_after_failures(address: str) -> None:
    try:
        check_failures(address=address, at=clock.now())
    except Refused as refusal:
        raise forms.ValidationError(str(refusal), code=refusal.code) from refusal


def _count_failure(kind: FailureKind, address: str) -> None:
    where = network_address(context.request)
    record_login_failure(kind=kind, address=address, network_address=where, by=DOOR, at=clock.now())


class AddressForm(LoginForm):
    """Step one: the address."""

    def clean_login(self) -> str:
        address: str = super().clean_login()
        _refuse_after_failures(address)
        return address


class RequestCodeForm(RequestLoginCodeForm):
    def clean_email(self) -> str:
        address: str = super().clean_email()
        _refuse_after_failures(address)
        return address


class CodeForm(ConfirmLoginCodeForm):
    """Step two: the code from the mail. Wrong ones are counted for unknown addresses as well."""

    def clean_code(self) -> str:
        stage = get_pending_stage(context.request)
        address = (stage.state.get("email") if stage else "") or ""
        _refuse_after_failures(address)
        try:
            code: str = super().clean_code()
        except forms.ValidationError:
            _count_failure(FailureKind.LOGIN_CODE, address)
            raise
        return code


class NewAddressCodeForm(ConfirmEmailVerificationCodeForm):
    """The code that proves a new address, at sign-up or when it is changed."""

    def clean_code(self) -> str:
        _refuse_after_failures(self.email or "")
        try:
            code: str = super().clean_code()
        except forms.ValidationError:
            _count_failure(FailureKind.LOGIN_CODE, self.email or "")
            raise
        return code


class _CountedFactor:
    user: Any

    def clean_code(self) -> str:
        _refuse_after_failures(self.user.email)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            _count_failure(FailureKind.SECOND_FACTOR, self.user.email)
            raise
        return code


class SecondFactorForm(_CountedFactor, AuthenticateForm):
    """Step three for staff: the code of their authenticator app."""


class ProveFactorForm(_CountedFactor, ReauthenticateForm):
    """The same question again before something delicate."""
