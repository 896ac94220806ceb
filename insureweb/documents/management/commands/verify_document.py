"""Is this PDF ours, unchanged and still valid?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insureweb.documents.models import DocumentRendition
from insureweb.documents.rules.fingerprints import fingerprint
from insureweb.documents.signing import examine


class Command(BaseCommand):
    help = "Check a PDF: signature, fingerprint, and the state of the document. Exit code 1 when it is not genuine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the PDF")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        report = examine(content)
        digest = fingerprint(content)
        rendition = DocumentRendition.objects.select_related("document").filter(sha256=digest).first()
        self.stdout.write(f"fingerprint  {digest}")
        self.stdout.write(f"signature    {_signature_words(report)}")
        if rendition is None:
            self.stdout.write("document     not one we issued, or changed since")
        else:
            document = rendition.document
            self.stdout.write(
                f"document     {document.no}, {document.kind} {document.subject_no}, {rendition.language},"
                f" {document.state}, issued {document.issued_at:%Y-%m-%d}"
            )
        if rendition is None or not report.good:
            raise CommandError("This file is not genuine.", returncode=1)
        self.stdout.write(self.style.SUCCESS("This file is genuine and unchanged."))


def _signature_words(report: Any) -> str:
    if not report.signed:
        return "none"
    told = ["intact" if report.intact else "broken", "ours" if report.ours else "by somebody else"]
    if not report.whole_file:
        told.append("something was added after signing")
    return ", ".join(told)
