"""Handlers are told apart by the kind of subject, and a wrong one is refused when it registers."""

import pytest

from insureweb.finance import ports


def test_only_a_handler_may_register():
    with pytest.raises(TypeError):
        ports.register_payment_handler("thing", object())
    with pytest.raises(TypeError):
        ports.register_payout_handler("thing", object())


def test_nobody_answers_for_an_unknown_kind():
    with pytest.raises(LookupError):
        ports.payment_handler("nothing")
    with pytest.raises(LookupError):
        ports.payout_handler("nothing")
