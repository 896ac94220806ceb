"""The premium for the turnover declared, against what was paid in advance. It is told, never collected."""

from dataclasses import dataclass

from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Settlement:
    """`steps` tell how the tariff comes from `declared` to its premium; `premium` includes the loading agreed."""

    declared: Money
    steps: tuple[Localized, ...]
    tariff_premium: Money
    premium: Money
    deposit: Money

    @property
    def loading(self) -> Money:
        return self.premium - self.tariff_premium

    @property
    def difference(self) -> Money:
        """What is still to be paid; below zero what goes back."""
        return self.premium - self.deposit

    @property
    def owed(self) -> Money:
        return self.difference if self.difference.amount > 0 else -self.difference
