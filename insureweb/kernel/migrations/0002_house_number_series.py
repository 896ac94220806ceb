from django.db import migrations

SERIES = {
    "quote": "BJ",
    "application": "TB",
    "order": "DD",
    "payment": "ZF",
    "refund": "TK",
    "payout": "FK",
    "ticket": "GD",
    "document": "WJ",
}


def open_house_series(apps, schema_editor):
    series = apps.get_model("kernel", "NumberSeries")
    for name, prefix in SERIES.items():
        series.objects.create(name=name, prefix=prefix)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunPython(open_house_series, migrations.RunPython.noop),
        *[
            migrations.RunSQL(f"CREATE SEQUENCE number_{name}", f"DROP SEQUENCE number_{name}")
            for name in SERIES
        ],
    ]
