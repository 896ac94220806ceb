"""Addresses of the shop."""

from django.urls import path, register_converter

from products.converters import CodeConverter, KeyConverter
from products.views import catalogue, product

register_converter(CodeConverter, "product_code")
register_converter(KeyConverter, "wording_key")

app_name = "products"
urlpatterns = [
    path("products/", catalogue.catalogue, name="catalogue"),
    path("products/compare/", catalogue.comparison, name="compare"),
    path("products/<product_code:code>/", product.product, name="product"),
    path("products/<product_code:code>/price/", product.price, name="price"),
    path("products/<product_code:code>/rates/", product.rates, name="rates"),
    path("products/<product_code:code>/wordings/<wording_key:key>/", product.wording, name="wording"),
    path("products/<product_code:code>/wordings/<wording_key:key>/pdf/", product.wording_file, name="wording_file"),
    path("products/<product_code:code>/disclosure/", product.disclosure, name="disclosure"),
]
