"""Files and documents made by the services. Every person is invented."""

import io
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from insureweb.documents.models import Document, StoredFile
from insureweb.documents.selectors import open_file, rendition_of
from insureweb.documents.services.documents import issue_document
from insureweb.documents.services.uploads import store_upload
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.periods import period_from_dates

AT = datetime(2026, 5, 19, 8, 30, tzinfo=UTC)
SYSTEM = Actor.system("tests")
OWNER = Actor("customer", "8b0c6d3e-0000-4000-8000-000000000001", "c****@example.com")
TITLE = Localized("电子保险单", "Electronic policy")
# Characters that mean something to the typesetter must come out as themselves.
ODD_NAME = "陈#安*澜_$x$"


def policy_data(**changes: Any) -> dict[str, Any]:
    person = {"name": ODD_NAME, "id_number": "110101199603140018", "birth_date": date(1996, 3, 14)}
    return {
        "number": "BDL2605190000001-2",
        "insurer": Localized("安澜人寿保险有限公司", "Anlan Life Insurance Co., Ltd."),
        "product": Localized("安澜守护", "Anlan Guard"),
        "plan": Localized("标准计划", "Standard"),
        "holder": person,
        "insured": [person],
        "coverages": [
            {"name": Localized("身故保险金", "Death benefit"), "amount": Money.of("200000.00")},
            {"name": Localized("住院津贴", "Hospital cash"), "amount": Localized("每天 100 元", "¥100 a day")},
        ],
        "period": period_from_dates(date(2026, 5, 20), date(2027, 5, 20)),
        "premium": Money.of("174.25"),
        "exclusions": [Localized("酒后驾驶", "Driving after drinking")],
        "cooling_off": Localized("签收后 15 日内可以解除合同。", "Cancel within 15 days of receipt."),
        "concluded_at": AT,
    } | changes


def notice_data(**changes: Any) -> dict[str, Any]:
    return {
        "insurer": Localized("安澜人寿保险有限公司", "Anlan Life Insurance Co., Ltd."),
        "recipient": "陈安澜",
        "subject": Localized("核保结论", "Underwriting decision"),
        "dated": date(2026, 5, 19),
        "paragraphs": [Localized("我们需要更多资料。", "We need more papers.")],
    } | changes


def document(
    *, subject_no: str = "BDL2605190000001-2", owner: Actor = OWNER, at: datetime = AT, **changes: Any
) -> Document:
    return issue_document(
        kind="policy", template="policy.typ", data=policy_data(**changes), subject_kind="policy", subject_no=subject_no,
        owner_kind=owner.kind, owner_id=owner.id, title=TITLE, by=SYSTEM, at=at,
    )  # fmt: skip


def image(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (11, 79, 95)).save(target, kind, **options)
    return target.getvalue()


def pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


def upload(
    content: bytes | None = None, *, owner: Actor = OWNER, subject_no: str = "LPL2605190000001-2",
    purpose: str = "claim_evidence", name: str = "photo.jpg",
) -> StoredFile:  # fmt: skip
    return store_upload(
        file=SimpleUploadedFile(name, image() if content is None else content), purpose=purpose, subject_kind="claim",
        subject_no=subject_no, owner_kind=owner.kind, owner_id=owner.id, by=owner, at=AT,
    )  # fmt: skip


def content_of(issued: Document, language: str) -> bytes:
    """The PDF in a language."""
    return open_file(rendition_of(issued, language).file)
