"""What the architecture tests know about the house: its apps and which may know which."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Lower numbers are known by higher ones; equal numbers do not know each other.
FLOORS = {
    "kernel": 0, "audit": 1, "finance": 2, "documents": 3, "customers": 4, "products": 4, "policies": 5, "claims": 6,
    "helpdesk": 7, "risk": 8, "api": 9, "pages": 9, "ops": 9,
}  # fmt: skip
PROJECT_APPS = {"kernel", "audit", "finance", "documents", "helpdesk", "api", "pages", "ops"}


def folder(app: str) -> Path:
    return ROOT / "insureweb" / app if app in PROJECT_APPS else ROOT / app


def python_files(app: str) -> list[Path]:
    return [path for path in sorted(folder(app).rglob("*.py")) if "migrations" not in path.parts]


def may_know(app: str, other: str) -> bool:
    return app == other or FLOORS[other] < FLOORS[app]
