from typing import Any

from django.core.management.base import BaseCommand

from customers.services.staff import create_roles
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor


class Command(BaseCommand):
    help = "Make every role of customers/roles.py a group with exactly its permissions. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        for group in create_roles(by=Actor.system("create_roles"), at=clock.now()):
            self.stdout.write(f"{group.name}: {group.permissions.count()} permissions")
