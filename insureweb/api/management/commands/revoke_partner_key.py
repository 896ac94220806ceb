"""Close a partner's key at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insureweb.api.models import PartnerKey
from insureweb.api.services.keys import revoke_key
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused


class Command(BaseCommand):
    help = "Revoke a partner's API key; requests signed with it are refused from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the key, such as live_0123456789abcdef0123")
        parser.add_argument("--reason", required=True, help="stays in the history")

    def handle(self, *args: Any, **options: Any) -> None:
        key = PartnerKey.objects.filter(key_id=options["key"]).first()
        if key is None:
            raise CommandError("There is no such key.")
        by = Actor.system("manage.py revoke_partner_key")
        try:
            revoke_key(key=key, reason=options["reason"], by=by, at=clock.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{key.key_id} opens nothing from now on.")
