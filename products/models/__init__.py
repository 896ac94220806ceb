from products.models.insurers import Category, Insurer, LicenceScope
from products.models.mortality import MortalityTable
from products.models.products import Product, ProductVersion, SaleSwitch
from products.models.search import SearchDocument

__all__ = [
    "Category",
    "Insurer",
    "LicenceScope",
    "MortalityTable",
    "Product",
    "ProductVersion",
    "SaleSwitch",
    "SearchDocument",
]
