"""What the contract asks of the apps above it, in its own transaction. They register an answer in `ready()`."""

from collections.abc import Callable
from datetime import datetime

from policies.contract.models import Policy

# Each raises `Refused` with a sentence for the customer.
BindingCheck = Callable[..., None]
CancellationCheck = Callable[[Policy, datetime], None]

_binding: list[BindingCheck] = []
_sale: list[BindingCheck] = []
_cancellation: list[CancellationCheck] = []


def register_binding_check(check: BindingCheck) -> None:
    """`check(insurer_code=, product_code=, insured=, terms=, region=, at=)`: may this risk be bound now?"""
    if check not in _binding:
        _binding.append(check)


def register_sale_check(check: BindingCheck) -> None:
    """`check(product_code=, region=, at=)`: may this product be sold there now? Asked before money is."""
    if check not in _sale:
        _sale.append(check)


def register_cancellation_check(check: CancellationCheck) -> None:
    """`check(policy, at)`: does anything (a claim) stand in the way of cancelling for a full refund?"""
    if check not in _cancellation:
        _cancellation.append(check)


def check_binding(**risk: object) -> None:
    for check in _binding:
        check(**risk)


def check_sale(**offer: object) -> None:
    for check in _sale:
        check(**offer)


def check_cancellation(policy: Policy, at: datetime) -> None:
    for check in _cancellation:
        check(policy, at)
