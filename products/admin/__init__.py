"""Products in the back office."""

from products.admin import insurers, mortality, products, versions

__all__ = ["insurers", "mortality", "products", "versions"]
