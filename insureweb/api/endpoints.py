"""The partner API, version 1. Every request is signed; every failure is a problem (RFC 9457)."""

import json
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Header, NinjaAPI, Status
from ninja.parser import Parser
from ninja.security.base import AuthBase

from claims.services import partner_events
from insureweb.api import answers, problems, schemas
from insureweb.api.models import PartnerKey
from insureweb.api.rules.signatures import SignedRequest
from insureweb.api.selectors import partner_policy, partner_quote, policy_of_parcel
from insureweb.api.services.keys import actor_for, believe
from insureweb.api.services.quotes import create_partner_quote
from insureweb.kernel import clock
from products.selectors import catalogue, offered

LARGEST_BODY = 64 * 1024


class ExactParser(Parser):
    """Numbers with a point stay exact: no premium starts from a floating-point number."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_float=Decimal)


class PartnerSignature(AuthBase):
    """The five headers of `rules.signatures`. `request.auth` is the key."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "X-Signature"

    def __call__(self, request: HttpRequest) -> PartnerKey:
        translation.activate(translation.get_language_from_request(request))
        # Read the length before the body: what is too large is not read at all.
        if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
            raise problems.TooLarge
        signed = SignedRequest.read(request.headers)
        return believe(
            signed, method=request.method or "", address=request.get_full_path(), body=request.body, at=clock.now()
        )


api = NinjaAPI(
    title="Anlan partner API",
    version="1",
    description="Products, prices, quotes and the state of policies, for partners who sell to their own customers.",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=PartnerSignature(),
    parser=ExactParser(),
    urls_namespace="api:partner-v1",
)
problems.install(api)
FAILURES = dict.fromkeys((401, 404, 409, 413, 422, 500), schemas.Problem)


def _key(request: HttpRequest) -> PartnerKey:
    key: PartnerKey = request.auth  # type: ignore[attr-defined]
    return key


@api.get("/products", response={200: list[schemas.ProductOut], **FAILURES}, operation_id="list_products")
def list_products(request: HttpRequest) -> Any:
    """The products on sale and what they cost at least."""
    return [answers.product_out(item) for item in catalogue(clock.now())]


@api.get("/products/{code}", response={200: schemas.ProductDetail, **FAILURES}, operation_id="read_product")
def read_product(request: HttpRequest, code: str) -> Any:
    """One product: what has to be told for a price, and its plans."""
    return answers.product_detail(offered(code, clock.now()))


@api.post("/products/{code}/price", response={200: schemas.PriceOut, **FAILURES}, operation_id="price_product")
def price_product(request: HttpRequest, code: str, body: schemas.PriceIn) -> Any:
    """A price for given facts. Nothing is kept."""
    return answers.priced(offered(code, clock.now()).product, body.facts, body.plan)


@api.post("/quotes", response={201: schemas.QuoteOut, **FAILURES}, operation_id="create_quote")
def create_quote(
    request: HttpRequest,
    response: HttpResponse,
    body: schemas.QuoteIn,
    idempotency_key: str = Header("", alias="Idempotency-Key"),
) -> Any:
    """A quote that is held until it expires. The same Idempotency-Key is carried out once."""
    at, key = clock.now(), _key(request)
    answered = create_partner_quote(
        key=key,
        product_code=body.product,
        raw_facts=body.facts,
        plan=body.plan,
        idempotency_key=idempotency_key,
        told=lambda ours: answers.quote_out(ours, at),
        by=actor_for(key),
        at=at,
    )
    response["Idempotency-Replayed"] = "true" if answered.is_repeat else "false"
    return Status(201, answered.answer)


@api.get("/quotes/{number}", response={200: schemas.QuoteOut, **FAILURES}, operation_id="read_quote")
def read_quote(request: HttpRequest, number: str) -> Any:
    """A quote of your own, and whether it became a policy."""
    return answers.quote_out(partner_quote(_key(request), number), clock.now())


@api.get("/policies/{number}", response={200: schemas.PolicyOut, **FAILURES}, operation_id="read_policy")
def read_policy(request: HttpRequest, number: str) -> Any:
    """The state of a policy that came of one of your quotes."""
    return answers.policy_out(partner_policy(_key(request), number))


@api.post("/policies/{number}/returns", response={201: schemas.ClaimOut, **FAILURES}, operation_id="report_return")
def report_return(request: HttpRequest, number: str, body: schemas.ReturnIn) -> Any:
    """The courier delivered a returned parcel: the claim is reported and decided. The same waybill counts once."""
    key = _key(request)
    event = partner_events.ParcelReturned(waybill=body.waybill, delivered_at=body.delivered_at, freight=body.freight)
    claim = partner_events.report_return(
        policy=policy_of_parcel(key, number), partner=key.partner.code, event=event, by=actor_for(key), at=clock.now()
    )
    return Status(201, answers.claim_out(claim))
