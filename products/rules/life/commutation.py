"""Commutation columns of one table at one rate of interest, and the values read from them.

With v = 1/(1+i) and l the survivors of one life at the table's first age a:
D_x = v^(x-a) l_x,  C_x = v^(x-a+1) l_x q_x,  N_x = D_x + D_(x+1) + …,  M_x = C_x + C_(x+1) + …
Deaths are paid at the end of the year of death, annuities at the beginning of each year.
"""

from __future__ import annotations

from decimal import Decimal

from products.rules.arithmetic import ONE, ZERO
from products.rules.life.exact import LifeError, exactly
from products.rules.life.mortality import MortalityTable


class Columns:
    """D, N and M of a table, computed once. Ages past the limiting age hold zero: nobody is left.

    Raises:
        LifeError: the interest rate is not at least 0 and below 1.
    """

    def __init__(self, table: MortalityTable, interest: Decimal) -> None:
        if not (interest.is_finite() and ZERO <= interest < ONE):
            raise LifeError(f"an interest rate is at least 0 and below 1 (2.5 percent is 0.025), not {interest}")
        self.table, self.interest = table, interest
        self.first, self.end = table.from_age, table.limiting_age + 1
        self._fill()

    @exactly
    def _fill(self) -> None:
        discount, value = ONE / (ONE + self.interest), ONE
        alive, deaths = [], []
        for age in range(self.first, self.end):
            rate = ONE if age == self.end - 1 else self.table.rate(age)
            alive.append(value)
            deaths.append(discount * rate * value)
            value *= discount * (ONE - rate)
        self.D = (*alive, ZERO)
        self.N, self.M = _summed(alive), _summed(deaths)

    def _place(self, age: int) -> int:
        if not self.first <= age < self.end:
            raise LifeError(f"age {age} is outside the table ({self.first} to {self.end - 1})")
        return age - self.first

    def longest(self, age: int) -> int:
        """Years from this age to the end of the table. Raises LifeError outside the table."""
        return self.end - self.first - self._place(age)

    def _places(self, age: int, term: int) -> tuple[int, int]:
        longest = self.longest(age)
        if not 0 <= term <= longest:
            raise LifeError(f"a term of {term} years from age {age} is outside the table; the longest is {longest}")
        return age - self.first, age - self.first + term

    @exactly
    def insurance(self, age: int, term: int) -> Decimal:
        """1 at the end of the year of death within the term: (M_x - M_(x+n)) / D_x."""
        here, there = self._places(age, term)
        return (self.M[here] - self.M[there]) / self.D[here]

    @exactly
    def annuity(self, age: int, term: int) -> Decimal:
        """1 at the beginning of each year of the term while alive: (N_x - N_(x+n)) / D_x."""
        here, there = self._places(age, term)
        return (self.N[here] - self.N[there]) / self.D[here]

    @exactly
    def endowment(self, age: int, term: int) -> Decimal:
        """1 at the end of the term if alive then: nEx = D_(x+n) / D_x."""
        here, there = self._places(age, term)
        return self.D[there] / self.D[here]


def _summed(column: list[Decimal]) -> tuple[Decimal, ...]:
    """Sums from each place to the end, with a zero behind the last."""
    sums = [ZERO]
    for value in reversed(column):
        sums.append(sums[-1] + value)
    return tuple(reversed(sums))
