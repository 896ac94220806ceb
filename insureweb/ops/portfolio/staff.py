"""The demo's staff, each with a second factor that the development page shows."""

import base64
import hashlib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from customers.models import User
from customers.services.staff import create_staff, enrol_totp, open_unit
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized


def hire_staff(*, by: Actor, at: datetime) -> dict[str, User]:
    """Everybody of staff.yaml by role; a second one of a role by the name in their address."""
    plan: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "staff.yaml").read_text(encoding="utf-8"))
    units = {
        code: open_unit(code=code, name=Localized.read(name), by=by, at=at) for code, name in plan["units"].items()
    }
    hired: dict[str, User] = {}
    for line in plan["staff"]:
        email = f"{line.get('email') or line['role'].replace('_', '.')}@anlan.example"
        profile = create_staff(
            email=email,
            name=line["name"],
            roles=[line["role"]],
            unit=units[line["unit"]],
            underwriting_limit=Decimal(line.get("underwriting_limit", 0)),
            claims_limit=Decimal(line.get("claims_limit", 0)),
            by=by,
            at=at,
        )
        enrol_totp(profile.user, _authenticator_secret(email))
        hired[line.get("email", line["role"])] = profile.user
    return hired


def _authenticator_secret(email: str) -> str:
    """The same for an installation as long as its key stays, so that an enrolled telephone keeps working."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{email}".encode()).digest()
    return base64.b32encode(digest[:20]).decode()
