"""Files from outside: what is kept, what is refused, and that nothing of a photo's place stays."""

import io

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from insureweb.documents.models import MediaType, StoredFile
from insureweb.documents.rules.fingerprints import fingerprint
from insureweb.documents.selectors import files_for, open_file
from insureweb.documents.services import uploads
from insureweb.kernel.checks import Refused
from tests.factories import documents as made

pytestmark = pytest.mark.django_db


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Camera maker"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return made.image(exif=exif.tobytes())


@pytest.mark.parametrize(("content", "media_type"), [
    (made.image("JPEG"), MediaType.JPEG),
    (made.image("PNG"), MediaType.PNG),
    (made.image("WEBP"), MediaType.WEBP),
    (made.pdf(), MediaType.PDF),
])  # fmt: skip
def test_photos_and_papers_are_kept(content: bytes, media_type: MediaType) -> None:
    stored = made.upload(content)
    kept = open_file(stored)
    assert stored.media_type == media_type
    assert (stored.size, stored.sha256, stored.source_sha256) == (len(kept), fingerprint(kept), fingerprint(content))
    assert list(files_for("claim", stored.subject_no)) == [stored]


def test_a_photo_loses_its_place_and_stands_upright() -> None:
    kept = Image.open(io.BytesIO(open_file(made.upload(with_place()))))
    assert not kept.getexif()
    assert kept.size == (30, 40)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK", "I;16", "1"])
def test_every_kind_of_picture_is_readable_afterwards(mode: str) -> None:
    target = io.BytesIO()
    Image.new(mode, (20, 10)).save(target, "TIFF" if mode == "CMYK" else "PNG")
    content = target.getvalue()
    if mode == "CMYK":
        target = io.BytesIO()
        Image.new(mode, (20, 10)).save(target, "JPEG")
        content = target.getvalue()
    assert Image.open(io.BytesIO(open_file(made.upload(content)))).size == (20, 10)


def test_a_large_photo_is_made_smaller() -> None:
    kept = Image.open(io.BytesIO(open_file(made.upload(made.image(size=(6000, 4000))))))
    assert max(kept.size) == uploads.LONGEST_SIDE


def test_the_same_file_is_kept_once_for_a_subject() -> None:
    first, again = made.upload(), made.upload(name="copy.jpg")
    other = made.upload(subject_no="LP2")
    assert first == again
    assert other != first
    assert other.source_sha256 == first.source_sha256


def bomb() -> bytes:
    return made.image("PNG", size=(12000, 9000))


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file_empty"),
    (b"GIF89a" + b"\0" * 50, "not_an_image"),
    (b"MZ\x90\x00 a program", "not_an_image"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "not_an_image"),
    (b"<html>photo.jpg</html>", "not_an_image"),
    (b"\xff\xd8\xff\xe0" + b"\0" * 400, "not_an_image"),
    (made.image()[:300], "not_an_image"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "not_an_image"),
    (b"%PDF-1.7\nhalf of a paper", "pdf_broken"),
    (b"\0" * 1000, "not_an_image"),
], ids=["empty", "gif", "program", "svg", "page", "fake", "cut", "fake-png", "half-pdf", "zeros"])  # fmt: skip
def test_what_is_no_photo_and_no_paper_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        made.upload(content)
    assert refusal.value.code == code
    assert str(refusal.value)
    assert not StoredFile.objects.exists()


def test_pictures_of_too_many_pixels_are_refused() -> None:
    with pytest.raises(Refused) as refusal:
        made.upload(bomb())
    assert refusal.value.code == "image_too_large"


def test_a_huge_picture_does_not_reach_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(Refused):
        made.upload(made.image(size=(200, 200)))


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_BYTES", 1000)
    with pytest.raises(Refused) as refusal:
        made.upload(made.pdf() + b"\0" * 1000 + b"%%EOF")
    assert refusal.value.code == "file_too_large"


def test_odd_names_do_no_harm() -> None:
    stored = made.upload(name="../../..\x00/" + "长" * 300 + ".jpg")
    assert len(stored.name.open()) <= 120
    assert "\x00" not in stored.name.open()


@pytest.mark.parametrize(("changes", "constraint"), [
    ({"size": 0}, "stored_file_is_not_empty"),
    ({"media_type": "text/html"}, "stored_file_media_type_is_known"),
    ({"sha256": "x"}, "stored_file_has_fingerprints"),
])  # fmt: skip
def test_constraints(changes: dict[str, object], constraint: str) -> None:
    stored = made.upload()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(**changes)


def test_the_same_content_cannot_be_kept_twice() -> None:
    first, second = made.upload(), made.upload(made.image("PNG"))
    with pytest.raises(IntegrityError, match="stored_file_is_sent_once"), transaction.atomic():
        StoredFile.objects.filter(pk=second.pk).update(source_sha256=first.source_sha256)
