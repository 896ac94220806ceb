"""What an examination says about one part."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line: the part, how it is, what was seen, and what to do when it is not good."""

    part: str
    grade: Grade
    seen: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        return {"part": self.part, "grade": self.grade.value, "seen": self.seen, "advice": self.advice}


def good(part: str, seen: str) -> Finding:
    return Finding(part, Grade.GOOD, seen)


def warning(part: str, seen: str, advice: str) -> Finding:
    return Finding(part, Grade.WARNING, seen, advice)


def bad(part: str, seen: str, advice: str) -> Finding:
    return Finding(part, Grade.BAD, seen, advice)
