from products.models.insurers import Category, Insurer, LicenceScope
from products.models.products import Product, ProductVersion, SaleSwitch

__all__ = ["Category", "Insurer", "LicenceScope", "Product", "ProductVersion", "SaleSwitch"]
