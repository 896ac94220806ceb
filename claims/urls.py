"""Addresses of the claim pages."""

from django.urls import path

from claims.views import case, report

app_name = "claims"

urlpatterns = [
    path("claims/", case.claim_list, name="list"),
    path("claims/report/", report.happened, name="report"),
    path("claims/report/members/<uuid:member>/", report.for_member, name="report_member"),
    path("claims/<str:claim_no>/", case.claim, name="claim"),
    path("claims/<str:claim_no>/report/<slug:step>/", report.step, name="step"),
    path("claims/<str:claim_no>/files/<uuid:file>/remove/", report.remove_file, name="remove_file"),
    path("claims/<str:claim_no>/papers/<uuid:uuid>/", case.paper, name="paper"),
    path("claims/<str:claim_no>/documents/", case.documents, name="documents"),
    path("claims/<str:claim_no>/account/", case.account, name="account"),
    path("claims/<str:claim_no>/review/", case.review, name="review"),
    path("claims/<str:claim_no>/withdraw/", case.withdraw, name="withdraw"),
]
