from django.conf import settings
from django.core.management.base import BaseCommand

from insureweb.ops.words import compile_words


class Command(BaseCommand):
    help = "Compile the translations that changed (works without GNU gettext)."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        made = compile_words(settings.LOCALE_PATHS)
        self.stdout.write(f"{len(made)} translation file(s) compiled.")
