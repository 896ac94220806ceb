# A policy keeps number, insurer, version, quote and order; only services wrote them before, now nothing else can.

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0014_notices_of_quarters"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="policy",
            trigger=pgtrigger.compiler.Trigger(
                name="sold_for_life",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.no IS DISTINCT FROM OLD.no OR NEW.insurer_id IS DISTINCT FROM OLD.insurer_id OR NEW.product_version_id IS DISTINCT FROM OLD.product_version_id OR NEW.quote_id IS DISTINCT FROM OLD.quote_id OR NEW.application_no IS DISTINCT FROM OLD.application_no OR NEW.order_no IS DISTINCT FROM OLD.order_no THEN\n        RAISE EXCEPTION 'policy % keeps what was sold', OLD.no USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                    hash="4f00583e39984650ff7bd9b0580d239475d1cb45",
                    operation='UPDATE OF "no", "insurer_id", "product_version_id", "quote_id", "application_no", "order_no"',
                    pgid="pgtrigger_sold_for_life_a5419",
                    table="policies_policy",
                    when="BEFORE",
                ),
            ),
        ),
    ]
