import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from insureweb.ops.words import incomplete_words, missing_words, word_files

SHOWN = 20


class Command(BaseCommand):
    help = "Prove that every word on screen is translated: nothing missing, untranslated or fuzzy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-collecting", action="store_true", help="do not look for new words in the code")

    def handle(self, *args: object, **options: Any) -> None:
        files = word_files(settings.LOCALE_PATHS)
        if not files:
            raise CommandError("No translations found below locale/.")
        problems = [f"{file.parent.parent.name}: {problem}" for file in files for problem in incomplete_words(file)]
        if not options["without_collecting"]:
            problems += self._missing(files)
        if problems:
            listed = "\n".join(problems[:SHOWN])
            raise CommandError(f"{len(problems)} word(s) incomplete:\n{listed}")
        self.stdout.write(f"{len(files)} translation file(s) complete.")

    def _missing(self, files: list[Path]) -> list[str]:
        """Collect the words of the code beside the committed files, and leave those as they were."""
        if shutil.which("xgettext") is None:
            raise CommandError("GNU gettext is missing: apt-get install gettext, or pass --without-collecting.")
        before = {file: file.read_text() for file in files}
        try:
            locales = sorted({file.parent.parent.name for file in files})
            call_command("makemessages", locale=locales, ignore_patterns=["var"], verbosity=0)
            after = {file: file.read_text() for file in files}
        finally:
            for file, text in before.items():
                file.write_text(text)
        return [f"not in the file: {word!r}" for file in files for word in missing_words(before[file], after[file])]
