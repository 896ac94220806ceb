"""Tables of the kernel; each is defined beside the code that owns it."""

from insureweb.kernel.idempotency import RememberedRequest
from insureweb.kernel.numbers import NumberSeries
from insureweb.kernel.outbox import Delivery

__all__ = ["Delivery", "NumberSeries", "RememberedRequest"]
