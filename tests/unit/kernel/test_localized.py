"""Text exists in both languages or not at all."""

import pytest
from django.utils.translation import override

from insureweb.kernel.localized import Localized


def test_the_reader_gets_their_language():
    text = Localized(zh_hans="保单", en="Policy")
    with override("zh-hans"):
        assert str(text) == "保单"
    with override("en"):
        assert str(text) == "Policy"
    assert Localized.read(text.as_dict()) == text


@pytest.mark.parametrize(
    "bad", [None, "保单", {}, {"en": "Policy"}, {"zh-hans": " ", "en": "Policy"}, {"zh-hans": 1, "en": "x"}]
)
def test_one_language_is_not_enough(bad):
    with pytest.raises(ValueError, match="Text"):
        Localized.read(bad)
