"""The random numbers of R 3.5: Mersenne Twister seeded by `set.seed`, and `sample` without replacement as it was then.

A published study names its split by a seed of R. With the same numbers the same policies fall into the test sample, and
its figures can be compared to the last digit. (From R 3.6 `sample` draws otherwise; the study is older.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STATE_WORDS = 624
SCRAMBLING_ROUNDS = 50
UNIT = 2.3283064365386963e-10  # 2^-32, as R spells it


def _seeded(seed: int) -> np.random.MT19937:
    """R scrambles the seed by a linear congruence, then fills the state from it; the first word is its position."""
    words = []
    for step in range(SCRAMBLING_ROUNDS + 1 + STATE_WORDS):
        seed = (69069 * seed + 1) & 0xFFFFFFFF
        if step > SCRAMBLING_ROUNDS:
            words.append(seed)
    generator = np.random.MT19937()
    key = np.array(words, dtype=np.uint32)
    generator.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": STATE_WORDS}}
    return generator


def sampled(population: int, size: int, seed: int) -> NDArray[np.int64]:
    """Positions (from zero) that `set.seed(seed); sample(1:population, size)` of R 3.5 picks, in its order."""
    uniform = np.clip(_seeded(seed).random_raw(size) * UNIT, UNIT / 2, 1 - UNIT / 2)
    rest = np.arange(population)
    chosen = np.empty(size, dtype=np.int64)
    for place, number in enumerate(uniform):
        left = population - place
        pick = int(left * number)
        chosen[place] = rest[pick]
        rest[pick] = rest[left - 1]
    return chosen
