"""What the shop's search looks through."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from products.models.products import ProductVersion


class SearchDocument(models.Model):
    """The words of one product version, in both languages. Made from the definition and made again at any time."""

    version = models.OneToOneField(
        ProductVersion, on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    terms = SearchVectorField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [GinIndex(fields=["terms"], name="search_document_terms")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="search_document_names_its_content"
            )
        ]

    def __str__(self) -> str:
        return self.content_hash
