"""Walks every model: arrows between tables, history, protection of business records."""

import pytest
from django.apps import apps
from django.db import models

from insureweb.audit.models import AppendOnly, Tracked
from tests.architecture.house import FLOORS, may_know

OURS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]
# Technical rows that say nothing about the business and may be rewritten freely.
WITHOUT_HISTORY = {
    "api.PartnerNonce": "forgotten after a quarter of an hour",
    "customers.RecordedMail": "what development keeps instead of sending; empty in production",
    "kernel.Delivery": "the relay's own bookkeeping; the business change it announces is tracked",
    "kernel.NumberSeries": "fixed at installation",
    "products.SaleCount": "a count of policies, each of which keeps its own history",
    "products.SearchDocument": "made from the version it belongs to, and made again at any time",
    "kernel.RememberedRequest": "forgotten after a week",
    "policies.RosterUpload": "a sealed file on its way; its bytes are forgotten when its rows are taken over",
}


def label(model):
    return model._meta.label


@pytest.mark.parametrize("model", OURS, ids=label)
def test_foreign_keys_follow_the_arrows(model):
    app = model._meta.app_label
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey | models.ManyToManyField):
            other = field.related_model._meta.app_label
            if other in FLOORS:
                assert may_know(app, other), f"{label(model)}.{field.name} points up to {other}"


@pytest.mark.parametrize("model", OURS, ids=label)
def test_below_customers_nobody_points_at_the_user(model):
    if FLOORS[model._meta.app_label] < FLOORS["customers"]:
        users = [
            f.name
            for f in model._meta.get_fields()
            if f.is_relation and f.related_model is apps.get_model("customers.User")
        ]
        assert users == [name for name in users if not hasattr(getattr(model, name, None), "field")]


@pytest.mark.parametrize("model", OURS, ids=label)
def test_business_tables_keep_their_history(model):
    if label(model) in WITHOUT_HISTORY:
        return
    assert issubclass(model, Tracked | AppendOnly), f"{label(model)} is neither tracked nor append-only"
    names = {trigger.name for trigger in model._meta.triggers}
    assert names >= ({"row_history"} if issubclass(model, Tracked) else {"append_only"}), (
        f"{label(model)} lost its triggers"
    )
    assert "no_truncate" in names


@pytest.mark.parametrize("model", OURS, ids=label)
def test_deleting_never_reaches_business_records_by_accident(model):
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is not models.DO_NOTHING, f"{label(model)}.{field.name}"
            if field.remote_field.on_delete is models.CASCADE:
                assert field.related_model._meta.app_label == model._meta.app_label, f"{label(model)}.{field.name}"


@pytest.mark.parametrize("model", OURS, ids=label)
def test_every_order_ends_in_a_unique_column(model):
    ordering = model._meta.ordering
    if ordering:
        last = str(ordering[-1]).lstrip("-")
        assert last in {"id", "pk"} or model._meta.get_field(last).unique, f"{label(model)} orders by {ordering}"
