"""Products in the back office."""

from products.admin import insurers, products, versions

__all__ = ["insurers", "products", "versions"]
