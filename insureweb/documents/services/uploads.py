"""Files from outside: proved to be what they say, photos written anew without place and camera data."""

import io
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from insureweb.documents.models import MediaType, StoredFile
from insureweb.documents.rules.fingerprints import fingerprint
from insureweb.documents.services.files import keep_file
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case

LARGEST_BYTES = 10 * 1024 * 1024
# A photo of 50 megapixels is more than any telephone takes by default; more is a trap for the decoder.
LARGEST_PIXELS = 50_000_000
LONGEST_SIDE = 3200
TOO_MANY_PIXELS = _("This picture has too many pixels. Send a smaller one.")
FORMATS = {"JPEG": MediaType.JPEG, "PNG": MediaType.PNG, "WEBP": MediaType.WEBP}


@use_case
def store_upload(
    *, file: Any, purpose: str, subject_kind: str, subject_no: str, owner_kind: str, owner_id: str, by: Actor,
    at: datetime,
) -> StoredFile:  # fmt: skip
    """Keep an uploaded photo or PDF. The same bytes sent again for the same subject are kept once.

    Raises:
        Refused: the file is empty, too large, or not what it says it is.
    """
    content = read_upload(file)
    known = StoredFile.objects.filter(
        subject_kind=subject_kind, subject_no=subject_no, purpose=purpose, owner_kind=owner_kind, owner_id=owner_id,
        source_sha256=fingerprint(content),
    ).first()  # fmt: skip
    if known is not None:
        return known
    kept, media_type = cleaned(content)
    return keep_file(
        content=kept, media_type=media_type, purpose=purpose, subject_kind=subject_kind, subject_no=subject_no,
        owner_kind=owner_kind, owner_id=owner_id, name=str(getattr(file, "name", "")).replace("\x00", ""),
        source_sha256=fingerprint(content), by=by, at=at,
    )  # fmt: skip


def read_upload(file: Any) -> bytes:
    """The bytes, never more than we take. Raises `Refused` for an empty or too large file."""
    if (file.size or 0) > LARGEST_BYTES:
        raise Refused("file_too_large", _("This file is larger than 10 MB. Send a smaller photo."), field="files")
    file.seek(0)
    content: bytes = file.read(LARGEST_BYTES + 1)
    if not content:
        raise Refused("file_empty", _("This file is empty. Take or choose it again."), field="files")
    return content


def cleaned(content: bytes) -> tuple[bytes, MediaType]:
    """What we keep of a file and its true type.

    Raises:
        Refused: neither a readable photo nor a PDF, or a photo of too many pixels.
    """
    if content.startswith(b"%PDF-"):
        return _whole_pdf(content), MediaType.PDF
    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
            media_type = FORMATS[str(image.format)]
            if image.width * image.height > LARGEST_PIXELS:
                raise Refused("image_too_large", TOO_MANY_PIXELS, field="files")
            return _written_anew(image, media_type), media_type
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("image_too_large", TOO_MANY_PIXELS, field="files") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(
            "not_an_image", _("This is not a photo or PDF we can read. Take the photo again, or send a PDF."), "files"
        ) from error


def _whole_pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-2048:]:
        raise Refused("pdf_broken", _("This PDF is incomplete. Save it again and send it once more."), field="files")
    return content


def _written_anew(image: Image.Image, media_type: MediaType) -> bytes:
    """Upright, of a sensible size, pixels only."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if media_type == MediaType.JPEG and upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGB")
    plain = Image.new(upright.mode, upright.size)
    if upright.mode == "P" and (palette := upright.getpalette()):
        plain.putpalette(palette)
    plain.paste(upright)
    target = io.BytesIO()
    plain.save(target, media_type.label.upper(), quality=88)
    return target.getvalue()
