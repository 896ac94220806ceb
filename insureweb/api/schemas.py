"""What goes over the wire. Sums are text with two decimals and a currency beside them, never floating point."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime

# Words in both languages: {"zh-hans": …, "en": …}.
Text = dict[str, str]


class Sum(Schema):
    amount: str = Field(examples=["174.25"])
    currency: str = Field(examples=["CNY"])


class Option(Schema):
    value: str
    label: Text | None = None


class Fact(Schema):
    """One thing to tell us for a price."""

    key: str
    type: str
    label: Text
    options: list[Option]
    example: str


class PlanOut(Schema):
    key: str
    name: Text


class ProductOut(Schema):
    code: str
    name: Text
    insurer: Text
    category: str
    version: str = Field(description="Hash of the product version; a quote keeps the version it was made on.")
    from_price: Sum


class ProductDetail(ProductOut):
    facts: list[Fact]
    plans: list[PlanOut]


class PriceIn(Schema):
    facts: dict[str, Any] = Field(examples=[{"age": 30, "occupation_class": "2"}])
    plan: str = Field(default="", max_length=40, examples=["standard"])


class QuoteIn(PriceIn):
    product: str = Field(max_length=64, examples=["anlan-guard"])


class Line(Schema):
    name: Text
    amount: Sum
    how: Text


class PriceOut(Schema):
    product: str
    plan: str
    total: Sum
    lines: list[Line]
    price_hash: str


class QuoteOut(PriceOut):
    number: str
    sandbox: bool
    state: str = Field(description="held, expired or bought")
    created_at: datetime
    expires_at: datetime
    policy: str | None = Field(description="Number of the policy once the customer has bought.")
    buy_url: str | None = Field(description="Send the customer there. Empty in the sandbox.")


class PolicyOut(Schema):
    number: str
    quote: str
    product: str
    insurer: Text
    state: str
    premium: Sum
    first_day: date
    last_day: date
    issued_at: datetime


class ReturnIn(Schema):
    """A courier's delivery of a returned parcel."""

    waybill: str = Field(pattern=r"^[A-Za-z0-9-]{6,40}$", examples=["SF1402938475610"])
    delivered_at: AwareDatetime = Field(description="When the return was delivered, with its time zone.")
    freight: Decimal = Field(gt=0, max_digits=10, decimal_places=2, examples=["12.00"])


class ClaimOut(Schema):
    number: str
    policy: str
    state: str
    approved: Sum
    paid: Sum


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: dict[str, str] | None = None
