from policies.sale.models.applications import Application
from policies.sale.models.orders import Order, OrderItem
from policies.sale.models.traces import SaleTraceEntry

__all__ = ["Application", "Order", "OrderItem", "SaleTraceEntry"]
