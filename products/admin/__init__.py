"""Products in the back office."""

from products.admin import desk, insurers, mortality, products, versions

__all__ = ["desk", "insurers", "mortality", "products", "versions"]
