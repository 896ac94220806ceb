"""Signatures over sorted parameters and over the exact text of an answer."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from insureweb.finance.gateways import rsa2

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FIELDS = {"b": "2", "a": "1", "empty": "", "c": "三"}


def test_the_signed_text_is_sorted_and_leaves_out_what_is_empty_and_the_signature():
    assert rsa2.canonical({**FIELDS, "sign": "x", "sign_type": "RSA2"}) == "a=1&b=2&c=三".encode()


def test_what_we_sign_verifies_and_only_with_our_key():
    signed = rsa2.signed_fields(FIELDS, KEY)
    rsa2.verify_fields(signed, KEY.public_key())
    with pytest.raises(rsa2.BadSignature):
        rsa2.verify_fields(signed, OTHER.public_key())


@pytest.mark.parametrize("signature", ["", "not base64!", "YWJj", "ä"])
def test_a_senseless_signature_is_a_bad_one(signature):
    with pytest.raises(rsa2.BadSignature):
        rsa2.verify_fields({**FIELDS, "sign": signature}, KEY.public_key())


@given(st.sampled_from(["a", "b", "c"]), st.text(min_size=1))
def test_any_changed_field_breaks_the_signature(name, value):
    signed = rsa2.signed_fields(FIELDS, KEY)
    if value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") != value or value == FIELDS[name]:
        return
    with pytest.raises(rsa2.BadSignature):
        rsa2.verify_fields({**signed, name: value}, KEY.public_key())


def test_an_answer_is_read_back():
    text = rsa2.signed_answer("node", {"code": "10000", "words": 'a ","sign":"b" 三'}, KEY)
    assert rsa2.read_answer(text, "node", KEY.public_key()) == {"code": "10000", "words": 'a ","sign":"b" 三'}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("10000", "10001"),
        lambda text: text.replace("node", "other"),
        lambda text: text.partition(',"sign"')[0] + "}",
        lambda _text: "",
        lambda _text: "<html>",
        lambda text: text + "x",
    ],
)
def test_a_damaged_answer_is_not_believed(damage):
    text = damage(rsa2.signed_answer("node", {"code": "10000"}, KEY))
    with pytest.raises(rsa2.BadSignature):
        rsa2.read_answer(text, "node", KEY.public_key())


def test_a_signed_answer_that_is_no_object_is_not_believed():
    text = f'{{"node":[1],"sign":"{rsa2.sign(b"[1]", KEY)}"}}'
    with pytest.raises(rsa2.BadSignature):
        rsa2.read_answer(text, "node", KEY.public_key())
