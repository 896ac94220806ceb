from django.db import migrations

# Every order until now was for one application, and its only share names the insurer.
FILL = """
    INSERT INTO policies_orderitem (order_id, application_id, insurer_code, amount, is_live)
    SELECT id, application_id, insurer_shares -> 0 ->> 'insurer', amount, true FROM policies_order ORDER BY id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0006_order_items'),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
