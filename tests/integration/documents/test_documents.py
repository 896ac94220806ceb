"""Issuing, replacing, withdrawing and checking documents."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from insureweb.audit.models import AccessLog
from insureweb.documents.models import Document, DocumentKind, DocumentRendition, StoredFile
from insureweb.documents.selectors import documents_for, open_file, public_facts, rendition_of, verify_pdf
from insureweb.documents.services.documents import issue_document, revoke_documents
from insureweb.documents.signing import examine
from insureweb.documents.states import DOCUMENT_MACHINE, DocumentState
from insureweb.kernel.actors import Actor
from insureweb.kernel.states import IllegalMove, NotAllowed, transition
from tests.factories import customers
from tests.factories import documents as made

pytestmark = pytest.mark.django_db


def test_a_document_is_issued_in_both_languages() -> None:
    document = made.document()
    parts = {part.language: part for part in document.renditions.all()}
    assert set(parts) == {"zh-hans", "en"}
    for part in parts.values():
        content = open_file(part.file)
        assert part.file.sha256 == part.sha256
        assert examine(content).good
        assert verify_pdf(document, content).genuine
    assert rendition_of(document, "en") == parts["en"]
    assert rendition_of(document, "fr") == parts["zh-hans"]


def test_personal_data_is_sealed() -> None:
    document = made.document()
    row = Document.objects.filter(pk=document.pk).values().get()
    assert "110101" not in json.dumps(row, default=str)
    assert "110101199603140018" in Document.objects.get(pk=document.pk).data.open()


def test_a_new_policy_document_replaces_the_old() -> None:
    first, second = made.document(), made.document(version=2)
    first.refresh_from_db()
    assert (first.state, first.ended_at) == (DocumentState.SUPERSEDED, made.AT)
    assert list(documents_for("policy", first.subject_no)) == [second, first]


def test_letters_stand_side_by_side() -> None:
    for _round in range(2):
        issue_document(
            kind="notice", template="notice.typ", data=made.notice_data(), subject_kind="claim", subject_no="LP1",
            owner_kind="customer", owner_id="x", title=made.TITLE, by=made.SYSTEM, at=made.AT,
        )  # fmt: skip
    assert Document.objects.filter(state=DocumentState.ISSUED).count() == 2


def test_documents_are_withdrawn() -> None:
    document = made.document()
    count = revoke_documents(
        subject_kind="policy", subject_no=document.subject_no, reason="cancelled", by=made.SYSTEM, at=made.AT
    )
    document.refresh_from_db()
    assert (count, document.state) == (1, DocumentState.REVOKED)


def test_every_move_of_the_machine() -> None:
    actors = {
        kind: Actor(kind, "1", "x") for kind in ("system", "staff", "customer", "anonymous", "partner", "gateway")
    }
    for source in DocumentState:
        for target in DocumentState:
            for kind, actor in actors.items():
                owners = DOCUMENT_MACHINE.moves.get((source, target))
                if owners is None:
                    with pytest.raises(IllegalMove):
                        DOCUMENT_MACHINE.check_move(source, target, actor)
                elif kind in owners:
                    DOCUMENT_MACHINE.check_move(source, target, actor)
                else:
                    with pytest.raises(NotAllowed):
                        DOCUMENT_MACHINE.check_move(source, target, actor)


def test_the_database_refuses_illegal_moves() -> None:
    document = made.document()
    transition(document, DOCUMENT_MACHINE, DocumentState.REVOKED, by=made.SYSTEM, at=made.AT, ended_at=made.AT)
    with pytest.raises(IntegrityError, match="document"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(state=DocumentState.ISSUED, ended_at=None)


@pytest.mark.parametrize(("changes", "constraint"), [
    ({"title": {"en": "only"}}, "document_title_in_both_languages"),
    ({"verification_code": "0000-1111-OOOO"}, "document_code_is_well_formed"),
    ({"ended_at": made.AT}, "document_ended_when_not_valid"),
])  # fmt: skip
def test_document_constraints(changes: dict[str, object], constraint: str) -> None:
    document = made.document()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**changes)


def test_one_valid_document_a_policy() -> None:
    document = made.document()
    copy = Document.objects.get(pk=document.pk)
    copy.pk, copy.no, copy.verification_code = None, "WJ1", "2222-2222-2222"
    copy.uuid = StoredFile().uuid
    copy.data = "{}"
    with pytest.raises(IntegrityError, match="document_one_valid_per_policy"), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.parametrize(("changes", "constraint"), [
    ({"language": "fr"}, "rendition_language_is_known"),
    ({"language": "en"}, "rendition_one_per_language"),
    ({"sha256": "x"}, "rendition_has_fingerprints"),
])  # fmt: skip
def test_rendition_constraints(changes: dict[str, object], constraint: str) -> None:
    document = made.document()
    chinese = DocumentRendition.objects.filter(document=document, language="zh-hans")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        chinese.update(**changes)


# --- Opening ---------------------------------------------------------------------------------------------------------


def owner_and_document() -> tuple[Client, Document]:
    user = customers.customer()
    document = made.document(owner=Actor("customer", str(user.uuid), ""))
    return customers.sign_in(Client(), user), document


def test_the_owner_opens_it_in_both_languages() -> None:
    client, document = owner_and_document()
    for language in ("zh-hans", "en"):
        response = client.get(f"/documents/{document.uuid}/?language={language}")
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        assert response.content == open_file(rendition_of(document, language).file)
        assert "no-store" in response["Cache-Control"]
    assert not AccessLog.objects.exists()


def test_a_foreign_document_answers_like_none() -> None:
    _client, document = owner_and_document()
    stranger = customers.sign_in(Client(), customers.customer())
    missing = stranger.get(f"/documents/{StoredFile().uuid}/")
    foreign = stranger.get(f"/documents/{document.uuid}/")
    of_file = stranger.get(f"/documents/{rendition_of(document, 'en').file.uuid}/")
    assert missing.status_code == foreign.status_code == of_file.status_code == 404
    assert Client().get(f"/documents/{document.uuid}/").status_code == 302


@pytest.mark.parametrize(("role", "document_status", "evidence_status"), [
    ("underwriter", 200, 404), ("customer_service", 200, 404), ("claims_adjuster", 200, 200),
    ("claims_approver", 200, 200), ("finance", 200, 404), ("auditor", 200, 404), ("marketer", 404, 404),
    ("product_manager", 404, 404), ("system_admin", 404, 404),
])  # fmt: skip
def test_staff_open_what_their_work_needs_and_it_is_written_down(
    role: str, document_status: int, evidence_status: int
) -> None:
    _client, document = owner_and_document()
    evidence = made.upload()
    staff = customers.colleague(role)
    client = customers.sign_in(Client(), staff.user)
    assert client.get(f"/documents/{document.uuid}/").status_code == document_status
    assert client.get(f"/documents/{evidence.uuid}/").status_code == evidence_status
    logged = list(AccessLog.objects.values_list("field", flat=True))
    assert len(logged) == [document_status, evidence_status].count(200)
    assert set(AccessLog.objects.values_list("actor_id", flat=True)) <= {str(staff.user.uuid)}


def test_a_strangers_pdf_is_only_saved() -> None:
    user = customers.customer()
    owner = Actor("customer", str(user.uuid), "")
    client = customers.sign_in(Client(), user)
    photo, paper = made.upload(owner=owner), made.upload(made.pdf(), owner=owner, name="bill.pdf")
    assert client.get(f"/documents/{photo.uuid}/")["Content-Disposition"].startswith("inline")
    response = client.get(f"/documents/{paper.uuid}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


# --- Checking --------------------------------------------------------------------------------------------------------


def test_anybody_can_check_a_document() -> None:
    document = made.document()
    for prefix in ("", "/en"):
        page = Client().get(f"{prefix}/verify/{document.verification_code}/").content.decode()
        assert document.subject_no in page
        assert made.ODD_NAME not in page
        assert "110101199603140018" not in page
    facts = dict(public_facts(document, "en"))
    assert facts["Policyholder"] == "陈**"
    assert facts["Insurer"] == "Anlan Life Insurance Co., Ltd."


def test_the_code_may_be_typed_small() -> None:
    document = made.document()
    assert Client().get("/verify/", {"code": f" {document.verification_code.lower()} "}).status_code == 200


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC", "x", "%00", "保单", "A" * 500])
def test_an_unknown_code_is_said_to_be_unknown(code: str) -> None:
    assert Client().get("/verify/", {"code": code}).status_code == 404


def test_a_withdrawn_document_is_said_to_be_withdrawn() -> None:
    document = made.document()
    revoke_documents(
        subject_kind="policy", subject_no=document.subject_no, reason="cancelled", by=made.SYSTEM, at=made.AT
    )
    page = Client().get(f"/en/verify/{document.verification_code}/").content.decode()
    assert "no longer valid" in page


def compare(document: Document, content: bytes) -> tuple[int, str]:
    file = made.SimpleUploadedFile("policy.pdf", content)
    response = Client().post(f"/en/verify/{document.verification_code}/", {"file": file})
    return response.status_code, response.content.decode()


def test_a_file_is_compared_byte_by_byte() -> None:
    document = made.document()
    content = open_file(rendition_of(document, "zh-hans").file)
    assert "Yes, unchanged" in compare(document, content)[1]
    # The second lies in the signature itself.
    for position in (0, content.index(b"/Contents <") + 60, len(content) - 1):
        changed = bytearray(content)
        changed[position] ^= 1
        assert "not what we issued" in compare(document, bytes(changed))[1]
    assert compare(document, b"")[0] == 422


def test_another_documents_file_is_not_this_one() -> None:
    first, second = made.document(), made.document(subject_no="BD2")
    assert "not what we issued" in compare(first, open_file(rendition_of(second, "en").file))[1]


def test_the_command_tells_genuine_from_forged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = made.document()
    content = open_file(rendition_of(document, "en").file)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(content)
    bad.write_bytes(content[:4000] + bytes([content[4000] ^ 1]) + content[4001:])
    call_command("verify_document", str(good))
    assert document.no in capsys.readouterr().out
    for file in (bad, tmp_path / "none.pdf"):
        with pytest.raises(CommandError):
            call_command("verify_document", str(file))


def test_customer_service_finds_documents_in_the_back_office() -> None:
    document = made.document()
    client = customers.sign_in(Client(), customers.colleague("customer_service").user)
    listed = client.get("/en/staff/documents/document/", {"q": document.subject_no})
    assert document.no in listed.content.decode()
    shown = client.get(f"/en/staff/documents/document/{document.no}/change/").content.decode()
    assert f"/documents/{document.uuid}/?language=en" in shown


def test_kinds_are_the_ones_the_letters_use() -> None:
    assert {"policy", "certificate", "member_list", "claim_letter", "notice"} == set(DocumentKind.values)
