from django.core.management.base import BaseCommand

from insureweb.ops.demo.preparation import prepare
from insureweb.ops.demo.words import shown


class Command(BaseCommand):
    help = "Prepare the tables and data of a demo; `demo` calls it."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        prepare(lambda step, outcome: self.stdout.write(shown(step, outcome)))
