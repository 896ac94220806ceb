from django.db import migrations, models

# Going back is possible while every order has one item.
FILL_BACK = """
    UPDATE policies_order o SET application_id = i.application_id,
        insurer_shares = jsonb_build_array(jsonb_build_object('insurer', i.insurer_code, 'amount', i.amount::text))
        FROM policies_orderitem i WHERE i.order_id = o.id;
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0007_fill_order_items'),
    ]

    operations = [
        migrations.AlterField(
            model_name='order',
            name='application',
            field=models.ForeignKey(null=True, on_delete=models.PROTECT, related_name='orders', to='policies.application', verbose_name='application'),
        ),
        migrations.AlterField(
            model_name='order',
            name='insurer_shares',
            field=models.JSONField(null=True, verbose_name='shares of the insurers'),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FILL_BACK),
        migrations.RemoveConstraint(
            model_name='order',
            name='order_one_live_for_an_application',
        ),
        migrations.RemoveField(
            model_name='order',
            name='application',
        ),
        migrations.RemoveField(
            model_name='order',
            name='insurer_shares',
        ),
        migrations.AddField(
            model_name='order',
            name='applications',
            field=models.ManyToManyField(related_name='orders', through='policies.OrderItem', to='policies.application', verbose_name='applications'),
        ),
    ]
