from products.models.insurers import Branch, Category, Insurer, LicenceScope, RegionsFrom
from products.models.mortality import MortalityTable
from products.models.products import Product, ProductVersion, SaleSwitch
from products.models.profit import CompetitorPrice, ProfitAssumptions
from products.models.quotas import SaleCount
from products.models.search import SearchDocument

__all__ = [
    "Branch",
    "Category",
    "CompetitorPrice",
    "Insurer",
    "LicenceScope",
    "MortalityTable",
    "Product",
    "ProductVersion",
    "ProfitAssumptions",
    "RegionsFrom",
    "SaleCount",
    "SaleSwitch",
    "SearchDocument",
]
