"""Invented people for the demo: the same ones for the same seed."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MARKS = "10X98765432"


@cache
def parts() -> dict[str, list[str]]:
    text = (Path(__file__).parent / "people.yaml").read_text(encoding="utf-8")
    return {key: str(value).split() for key, value in yaml.safe_load(text).items()}


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    birth_date: date
    id_number: str
    phone: str
    bank_account: str
    occupation_class: int


def resident_id(area: str, birth: date, order: int) -> str:
    """GB 11643-1999: area, birthday, order (odd for men), check character by ISO 7064 MOD 11-2."""
    body = f"{area}{birth:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + MARKS[total % 11]


def luhn(body: str) -> str:
    """A card number with its check digit."""
    total = 0
    for position, character in enumerate(reversed(body)):
        digit = int(character) * (2 if position % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return body + str(-total % 10)


def invent(count: int, *, today: date, seed: int) -> list[Person]:
    """People of 19 to 58, most of them between 25 and 42."""
    chance = random.Random(seed)  # noqa: S311  the demo must come out the same every time
    given = parts()
    people = []
    for number in range(count):
        man = chance.random() < 0.48
        age_days = int(chance.triangular(19, 58, 31) * 365.25)
        birth = today - timedelta(days=age_days)
        order = 900 + (number * 2 + man) % 100
        people.append(
            Person(
                name=chance.choice(given["surnames"]) + chance.choice(given["male" if man else "female"]),
                email=f"customer{number + 1}@anlan.example",
                birth_date=birth,
                id_number=resident_id(chance.choice(given["areas"]), birth, order),
                phone=f"199{chance.randrange(10**7):07d}{chance.randrange(10)}",
                bank_account=luhn(chance.choice(given["banks"]) + f"{chance.randrange(10**9):09d}"),
                occupation_class=chance.choices([1, 2, 3, 4], [50, 30, 15, 5])[0],
            )
        )
    return people
