"""How an invented customer claims, and how the demo's staff decide what the rules refer to them."""

import random
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from claims.checks import Incident
from claims.models import Claim, Settlement
from claims.services.desk import approve_claim, take_claim
from claims.services.evidence import add_evidence
from claims.services.reporting import name_payee, report_incident, submit_claim
from customers.actors import actor_of
from customers.models import User
from insureweb.finance.models import Payout
from insureweb.finance.services.payouts import approve_payout
from insureweb.finance.states import PayoutState
from insureweb.kernel.money import Money
from insureweb.ops.portfolio.people import Person
from policies.contract.models import Policy


@cache
def _told() -> dict[str, list[str]]:
    words: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "accidents.yaml").read_text("utf-8"))
    return words


def photograph(chance: random.Random, name: str) -> SimpleUploadedFile:
    """A page with grey lines on it, as a telephone would send it; nobody's papers."""
    image = Image.new("RGB", (480, 640), (250, 250, 246))
    draw = ImageDraw.Draw(image)
    for line in range(18):
        top = 60 + line * 30
        draw.rectangle((40, top, chance.randrange(180, 420), top + 8), fill=(206, 213, 216))
    stored = BytesIO()
    image.save(stored, "JPEG", quality=60)
    return SimpleUploadedFile(f"{name}.jpg", stored.getvalue(), content_type="image/jpeg")


def report_stay(
    *, policy: Policy, coverage: str, user: User, person: Person, happened: date, nights: int, chance: random.Random,
    at: datetime,
) -> Claim:  # fmt: skip
    """A stay in hospital after an accident, told, photographed and sent."""
    by = actor_of(user)
    incident = Incident(
        cause="accident",
        event_date=happened,
        what_happened=chance.choice(_told()["stories"]),
        hospital=chance.choice(_told()["hospitals"]),
        admitted=happened,
        discharged=happened + timedelta(days=nights),
    )
    claim = report_incident(user=user, policy=policy, coverage=coverage, incident=incident, by=by, at=at)
    for name in ("discharge", "invoice"):
        add_evidence(claim=claim, file=photograph(chance, name), kind=name, by=by, at=at)
    name_payee(claim=claim, account=person.bank_account, by=by, at=at)
    return submit_claim(claim=claim, by=by, at=at)


def decide_at_desk(*, claim: Claim, adjuster: User, amount: Money, at: datetime) -> None:
    """The adjuster pays what the rules worked out but would not pay alone."""
    by = actor_of(adjuster)
    take_claim(claim=claim, staff=adjuster, by=by, at=at)
    approve_claim(claim=claim, amount=amount, note="Documents complete, stay confirmed by telephone.", by=by, at=at)


def approve_payouts_of(*, claim_no: str, approver: User, at: datetime) -> None:
    """The second person looks at what waits for them."""
    settlements = Settlement.objects.filter(claim__no=claim_no).values_list("no", flat=True)
    waiting = Payout.objects.filter(subject_no__in=list(settlements), state=PayoutState.AWAITING_APPROVAL)
    for payout in waiting.order_by("id"):
        approve_payout(payout=payout, reason="Checked against the file.", by=actor_of(approver), at=at)
