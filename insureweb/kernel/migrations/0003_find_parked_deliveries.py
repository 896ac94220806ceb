from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_house_number_series")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["event"], name="delivery_parked", condition=models.Q(state="parked")),
        )
    ]
