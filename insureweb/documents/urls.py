from django.urls import path

from insureweb.documents.views import documents

app_name = "documents"

urlpatterns = [
    path("documents/<uuid:uuid>/", documents.download, name="download"),
    path("verify/", documents.verify, name="check"),
    path("verify/<str:code>/", documents.verify, name="verify"),
]
