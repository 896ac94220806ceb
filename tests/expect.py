"""What a test expects, said once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from insureweb.kernel.checks import Refused


@contextmanager
def refused(code: str, *, field: str | None = None) -> Iterator[None]:
    """The block is refused with this code, with words for the reader, and at this field when one is named."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert str(caught.value)
    if field is not None:
        assert caught.value.field == field
