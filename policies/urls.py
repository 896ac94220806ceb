"""Addresses of the promise: quotes, applications, orders, policies."""

from django.urls import path

from policies.contract.declarations import views as declarations
from policies.contract.views import members
from policies.contract.views import policies as contract
from policies.offers.needs import views as needs
from policies.offers.rosters.urls import urlpatterns as roster_addresses
from policies.sale.views import apply, household, pay, quotes, saved, standing, together

app_name = "policies"
urlpatterns = [
    *roster_addresses,
    path("needs/", needs.begin, name="needs"),
    path("needs/<uuid:uuid>/", needs.go_on, name="needs_check"),
    path("needs/<uuid:uuid>/plan/", needs.plan, name="needs_plan"),
    path("needs/<uuid:uuid>/<slug:key>/", needs.question, name="needs_question"),
    path("household/<slug:code>/", household.price, name="household_price"),
    path("quotes/household/<uuid:uuid>/", household.show, name="household"),
    path("quotes/new/", quotes.confirm_quote, name="quote_confirm"),
    path("quotes/saved/", saved.quotes, name="quotes"),
    path("quotes/shared/<str:token>/", saved.shared, name="quote_shared"),
    path("quotes/", quotes.quote_create, name="quote_create"),
    path("quotes/<str:quote_no>/", quotes.show_quote, name="quote"),
    path("quotes/<str:quote_no>/paper/", saved.quote_paper, name="quote_paper"),
    path("quotes/<str:quote_no>/again/", quotes.price_again, name="quote_again"),
    path("quotes/<str:quote_no>/apply/", quotes.start, name="start"),
    path("applications/<str:application_no>/", apply.apply, name="apply"),
    path("applications/<str:application_no>/all/", apply.apply_all, name="apply_all"),
    path("applications/<str:application_no>/terms/", standing.accept, name="accept_terms"),
    path("applications/<str:application_no>/review/", standing.review, name="ask_for_review"),
    path("applications/<str:application_no>/withdraw/", standing.withdraw, name="withdraw"),
    path("applications/<str:application_no>/order/", standing.make_order, name="order"),
    path("applications/<str:application_no>/<slug:step>/", apply.apply, name="apply"),
    path("orders/together/", together.pay_together, name="pay_together"),
    path("orders/<str:order_no>/", pay.pay, name="pay"),
    path("orders/<str:order_no>/waiting/", pay.waiting, name="waiting"),
    path("orders/<str:order_no>/state/", pay.payment_state, name="payment_state"),
    path("orders/<str:order_no>/done/", pay.paid, name="paid"),
    path("pay/<str:code>/", pay.pay_by_code, name="pay_by_code"),
    path("policies/<str:policy_no>/", contract.policy, name="policy"),
    path("policies/<str:policy_no>/members/", members.members, name="members"),
    path("policies/<str:policy_no>/members/<slug:kind>/", members.members_file, name="members_file"),
    path("memberships/<uuid:member>/", members.membership, name="membership"),
    path("memberships/<uuid:member>/certificate/", members.certificate, name="certificate"),
    path("policies/<str:policy_no>/acknowledge/", contract.acknowledge, name="acknowledge"),
    path("policies/<str:policy_no>/cancel/", contract.cancel, name="cancel"),
    path("policies/<str:policy_no>/turnover/<int:quarter>/", declarations.turnover, name="declare_turnover"),
    path("policies/<str:policy_no>/overdue/", declarations.overdue, name="report_overdue"),
]
