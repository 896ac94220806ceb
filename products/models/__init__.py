from products.models.insurers import Category, Insurer, LicenceScope
from products.models.products import Product, ProductVersion, SaleSwitch
from products.models.search import SearchDocument

__all__ = ["Category", "Insurer", "LicenceScope", "Product", "ProductVersion", "SaleSwitch", "SearchDocument"]
