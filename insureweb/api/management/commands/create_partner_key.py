"""A key for a partner; its secret is shown once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insureweb.api.services.keys import create_key
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized


class Command(BaseCommand):
    help = "Create a partner's API key. Give the names the first time. The secret is printed once and never again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partner", help="code of the partner, such as harbour-travel")
        parser.add_argument("--name-zh", default="", help="its name in Chinese")
        parser.add_argument("--name-en", default="", help="its name in English")
        parser.add_argument("--sandbox", action="store_true", help="nothing made with this key can be bought")

        parser.add_argument("--courier", action="store_true", help="a new partner that delivers parcels of any policy")

    def handle(self, *args: Any, **options: Any) -> None:
        chinese, english = options["name_zh"].strip(), options["name_en"].strip()
        if bool(chinese) != bool(english):
            raise CommandError("Give both names or none.")
        try:
            made = create_key(
                partner_code=options["partner"],
                partner_name=Localized(chinese, english) if chinese else None,
                sandbox=options["sandbox"],
                courier=options["courier"],
                by=Actor.system("manage.py create_partner_key"),
                at=clock.now(),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"key     {made.key.key_id}")
        self.stdout.write(f"secret  {made.secret}")
        self.stdout.write("Keep the secret now; it is not shown again.")
