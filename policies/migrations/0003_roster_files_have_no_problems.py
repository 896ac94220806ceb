"""A file that cannot be opened is refused on the page, so nothing about it is ever stored."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_rosters")]

    operations = [migrations.RemoveField(model_name="rosterupload", name="problems")]
