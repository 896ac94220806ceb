from django.db import migrations

import products.models.trees


class Migration(migrations.Migration):
    dependencies = [("products", "0003_review_by_a_second_person")]

    operations = [
        migrations.AlterField(
            model_name="productversion",
            name="definition",
            field=products.models.trees.TreeField(verbose_name="definition"),
        ),
    ]
