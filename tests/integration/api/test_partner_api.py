"""The partner API over HTTP: who is believed, what is carried out once, what another partner never sees."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from insureweb.api.models import Partner, PartnerCall, PartnerKey, PartnerNonce, PartnerQuote
from insureweb.api.services.keys import create_key, revoke_key
from insureweb.api.tasks import forget_used_nonces
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.offers.models import Quote
from tests.factories import api as made
from tests.factories import policies

pytestmark = pytest.mark.django_db
QUOTE = {"product": "anlan-guard", "plan": "standard", "facts": {"age": 30, "occupation_class": "2"}}
ONCE = {"Idempotency-Key": "order-0001"}


@pytest.fixture(autouse=True)
def _on_sale() -> None:
    policies.product()


def test_products_and_what_they_ask() -> None:
    key = made.key()
    (product,) = made.call(key, "GET", "/api/v1/products").json()
    assert (product["code"], product["name"]["en"]) == ("anlan-guard", policies.product().product.name.en)
    detail = made.call(key, "GET", "/api/v1/products/anlan-guard").json()
    assert "age" in {fact["key"] for fact in detail["facts"]}
    assert "standard" in {plan["key"] for plan in detail["plans"]}
    assert made.call(key, "GET", "/api/v1/products/unknown").status_code == 404


def test_a_price_is_exact_and_nothing_is_kept() -> None:
    body = {"plan": "standard", "facts": {"age": 30, "occupation_class": "2"}}
    answer = made.call(made.key(), "POST", "/api/v1/products/anlan-guard/price", body)
    priced = answer.json()
    assert answer.status_code == 200
    assert sum(float(line["amount"]["amount"]) for line in priced["lines"]) == float(priced["total"]["amount"])
    assert not Quote.objects.exists()


def test_a_quote_is_made_once_and_read_again() -> None:
    key = made.key()
    first = made.call(key, "POST", "/api/v1/quotes", QUOTE, **ONCE)
    again = made.call(key, "POST", "/api/v1/quotes", QUOTE, **ONCE)
    assert (first.status_code, first["Idempotency-Replayed"]) == (201, "false")
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert first.json() == again.json()
    assert Quote.objects.count() == PartnerCall.objects.count() == 1
    quote = first.json()
    read = made.call(key, "GET", f"/api/v1/quotes/{quote['number']}").json()
    assert (read["state"], read["total"], read["policy"]) == ("held", quote["total"], None)


def test_a_key_used_for_something_else_is_a_conflict() -> None:
    key = made.key()
    made.call(key, "POST", "/api/v1/quotes", QUOTE, **ONCE)
    answer = made.call(key, "POST", "/api/v1/quotes", QUOTE | {"facts": {"age": 31, "occupation_class": "2"}}, **ONCE)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_a_refused_request_frees_its_key() -> None:
    key = made.key()
    wrong = made.call(key, "POST", "/api/v1/quotes", QUOTE | {"facts": {"age": 300}}, **ONCE)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "facts_invalid")
    assert "age" in wrong.json()["errors"]
    assert made.call(key, "POST", "/api/v1/quotes", QUOTE, **ONCE).status_code == 201


def test_the_customer_takes_the_quote_over() -> None:
    quote = made.call(made.key(), "POST", "/api/v1/quotes", QUOTE, **ONCE).json()
    customer = Client()
    assert customer.get(f"/quotes/{quote['number']}/").status_code == 404
    response = customer.get(urlsplit(quote["buy_url"]).path)
    assert response.status_code == 302
    assert customer.get(response["Location"]).status_code == 200
    forged = urlsplit(quote["buy_url"]).path.replace("handover/", "handover/x")
    assert Client().get(forged).status_code == 404


def test_the_sandbox_prices_and_sells_nothing() -> None:
    sandbox, live = made.key(sandbox=True), made.key()
    quote = made.call(sandbox, "POST", "/api/v1/quotes", QUOTE, **ONCE).json()
    assert (quote["sandbox"], quote["buy_url"]) == (True, None)
    assert made.call(live, "GET", f"/api/v1/quotes/{quote['number']}").status_code == 404
    assert made.call(live, "POST", "/api/v1/quotes", QUOTE, **ONCE)["Idempotency-Replayed"] == "false"


def test_another_partners_quote_answers_like_none() -> None:
    quote = made.call(made.key(), "POST", "/api/v1/quotes", QUOTE, **ONCE).json()
    other = made.key("lake-bank")
    foreign = made.call(other, "GET", f"/api/v1/quotes/{quote['number']}").json()
    missing = made.call(other, "GET", "/api/v1/quotes/BJ2605190000001-1").json()
    assert foreign.pop("request_id") != missing.pop("request_id")
    assert foreign == missing
    for odd in ("BDL2605190000001-1", "x" * 500, "%E4%BF%9D"):
        assert made.call(other, "GET", f"/api/v1/policies/{odd}").status_code == 404
        assert made.call(other, "GET", f"/api/v1/quotes/{odd}").status_code == 404


def test_a_policy_of_ones_own_quote_is_told() -> None:
    key = made.key()
    policy = policies.policy()
    assert made.call(key, "GET", f"/api/v1/policies/{policy.no}").status_code == 404
    PartnerQuote.objects.create(
        partner=key.key.partner, quote=policy.quote, is_sandbox=False, owner_token="t" * 40, at=clock.now()
    )
    told = made.call(key, "GET", f"/api/v1/policies/{policy.no}").json()
    assert (told["number"], told["quote"], told["state"]) == (policy.no, policy.quote.no, policy.state)
    read = made.call(key, "GET", f"/api/v1/quotes/{policy.quote.no}").json()
    assert (read["state"], read["policy"], read["buy_url"]) == ("bought", policy.no, None)


# --- Who is believed -------------------------------------------------------------------------------------------------


def refused_code(response: object) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"  # type: ignore[index]
    told = response.json()  # type: ignore[attr-defined]
    assert told["status"] == response.status_code  # type: ignore[attr-defined]
    return told["status"], told["code"]


def test_a_request_cannot_be_sent_again() -> None:
    key = made.key()
    headers = made.signed_headers(
        key_id=key.key.key_id, secret=key.secret, method="GET", address="/api/v1/products", body=b"", nonce="n" * 20,
        at=clock.now(),
    )  # fmt: skip
    assert Client().get("/api/v1/products", headers=headers).status_code == 200
    assert refused_code(Client().get("/api/v1/products", headers=headers)) == (401, "nonce_used")


@pytest.mark.parametrize(("headers", "code"), [
    ({"X-Signature": "0" * 64}, "signature_wrong"),
    ({"X-Partner-Key": "live_00000000000000000000"}, "signature_wrong"),
    ({"X-Partner-Key": "a\x00b"}, "key_malformed"),
    ({"X-Content-SHA256": "0" * 64}, "body_changed"),
    ({"X-Timestamp": "0"}, "time_out_of_range"),
    ({"X-Nonce": "x"}, "nonce_malformed"),
    ({"X-Signature": ""}, "headers_missing"),
])  # fmt: skip
def test_a_wrong_header_is_refused(headers: dict[str, str], code: str) -> None:
    status, told = refused_code(made.call(made.key(), "GET", "/api/v1/products", None, **headers))
    assert status == 401
    assert told == code
    assert not PartnerNonce.objects.exists()


def test_an_unsigned_request_is_refused() -> None:
    assert refused_code(Client().get("/api/v1/products")) == (401, "headers_missing")


def test_a_revoked_key_opens_nothing() -> None:
    key = made.key()
    revoke_key(key=key.key, by=made.SYSTEM, at=clock.now())
    assert refused_code(made.call(key, "GET", "/api/v1/products")) == (401, "signature_wrong")
    with pytest.raises(Refused):
        revoke_key(key=key.key, by=made.SYSTEM, at=clock.now())


@pytest.mark.parametrize(("body", "status"), [
    ([], 422), ("text", 422), ({}, 422), ({"product": 5}, 422), (QUOTE | {"facts": []}, 422),
    (QUOTE | {"facts": {"age": [30], "occupation_class": "2"}}, 422),
    (QUOTE | {"facts": {"age": {"x": 1}, "occupation_class": "2"}}, 422),
    (QUOTE | {"facts": {"age": 30.5, "occupation_class": "2"}}, 422),
    (QUOTE | {"facts": {"age": "\x00", "occupation_class": "2"}}, 422),
    (QUOTE | {"plan": "x" * 50}, 422), (QUOTE | {"plan": "none"}, 422), (QUOTE | {"product": "none"}, 404),
    (QUOTE | {"facts": {"age": 10**30, "occupation_class": "2"}}, 422),
])  # fmt: skip
def test_bad_bodies_are_problems_not_failures(body: object, status: int) -> None:
    answer = made.call(made.key(), "POST", "/api/v1/quotes", body, **ONCE)
    assert refused_code(answer)[0] == status, answer.content
    assert not Quote.objects.exists()


def test_what_is_not_json_or_too_large_is_a_problem() -> None:
    key = made.key()
    for content, status in ((b"{", 400), (b"\xff\xfe", 400), (b" " * 70_000, 413)):
        headers = made.signed_headers(
            key_id=key.key.key_id, secret=key.secret, method="POST", address="/api/v1/quotes", body=content,
            nonce=made.nonce(), at=clock.now(),
        ) | ONCE  # fmt: skip
        answer = Client().generic("POST", "/api/v1/quotes", content, content_type="application/json", headers=headers)
        assert refused_code(answer)[0] == status


@pytest.mark.parametrize("value", ["", "short", "x" * 65, "schlüssel-lang"])
def test_an_idempotency_key_is_needed(value: str) -> None:
    answer = made.call(made.key(), "POST", "/api/v1/quotes", QUOTE, **{"Idempotency-Key": value})
    assert refused_code(answer)[0] == 422


def test_problems_speak_the_callers_language() -> None:
    english = made.call(made.key(), "GET", "/api/v1/quotes/none").json()
    assert english["detail"] == "There is nothing of that number."
    assert english["type"].endswith("/api/v1/docs#not_found")


# --- Around it -------------------------------------------------------------------------------------------------------


def test_the_documentation_lists_every_operation_without_foreign_scripts() -> None:
    page = Client().get("/api/v1/docs?language=en")
    text = page.content.decode()
    schema = json.loads(Client().get("/api/v1/openapi.json").content)
    for path in schema["paths"]:
        assert path in text
    assert "https://cdn" not in text
    assert "<script>" not in text
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert Client().get("/api/v1/docs").status_code == 200


def test_nonces_are_forgotten_when_they_cannot_be_fresh() -> None:
    made.call(made.key(), "GET", "/api/v1/products")
    assert forget_used_nonces() == 0
    with clock.moved_to(clock.now() + timedelta(minutes=16)):
        assert forget_used_nonces() == 1


def test_the_commands_make_and_revoke_keys(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_partner_key", "harbour-travel")
    with pytest.raises(CommandError):
        call_command("create_partner_key", "harbour-travel", "--name-en", "Harbour Travel")
    call_command(
        "create_partner_key", "harbour-travel", "--name-zh", "海港旅行", "--name-en", "Harbour Travel", "--sandbox"
    )
    key = PartnerKey.objects.get()
    out = capsys.readouterr().out
    assert key.key_id in out
    assert key.secret.open() in out
    call_command("revoke_partner_key", key.key_id, "--reason", "lost")
    key.refresh_from_db()
    assert key.revoked_at is not None
    for wrong in (key.key_id, "live_none"):
        with pytest.raises(CommandError):
            call_command("revoke_partner_key", wrong, "--reason", "again")


def test_the_secret_lies_sealed() -> None:
    key = made.key()
    assert key.secret not in str(list(PartnerKey.objects.values()))


@pytest.mark.parametrize(("changes", "constraint"), [
    ({"key_id": "x"}, "partner_key_well_formed"),
    ({"revoked_at": "2000-01-01T00:00Z"}, "partner_key_revoked_after_creation"),
])  # fmt: skip
def test_key_constraints(changes: dict[str, object], constraint: str) -> None:
    key = made.key().key
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PartnerKey.objects.filter(pk=key.pk).update(**changes)


def test_partner_constraints() -> None:
    key = made.key().key
    with pytest.raises(IntegrityError, match="partner_name_in_both_languages"), transaction.atomic():
        Partner.objects.update(name={"en": "only"})
    PartnerNonce.objects.create(key=key, nonce="n" * 20, at=clock.now())
    with pytest.raises(IntegrityError, match="partner_nonce_is_used_once"), transaction.atomic():
        PartnerNonce.objects.create(key=key, nonce="n" * 20, at=clock.now())
    call = {"partner": key.partner, "is_sandbox": False, "idempotency_key": "k" * 8, "fingerprint": "", "answer": {}}
    PartnerCall.objects.create(**call, at=clock.now())
    with pytest.raises(IntegrityError, match="partner_call_is_carried_out_once"), transaction.atomic():
        PartnerCall.objects.create(**call, at=clock.now())


def test_a_second_key_needs_no_name() -> None:
    made.key()
    second = create_key(partner_code="harbour-travel", partner_name=None, sandbox=True, by=made.SYSTEM, at=clock.now())
    assert second.key.key_id.startswith("test_")
    assert Partner.objects.count() == 1
