from insureweb.documents.models.documents import Document, DocumentKind, DocumentRendition
from insureweb.documents.models.files import MediaType, StoredFile

__all__ = ["Document", "DocumentKind", "DocumentRendition", "MediaType", "StoredFile"]
