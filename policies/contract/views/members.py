"""The register of a group policy for the company that holds it, and a member's own cover."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.actors import account_of, actor_from
from insureweb.kernel import clock
from insureweb.kernel.idempotency import idempotent_post
from policies.contract.models import Policy, PolicyMember
from policies.contract.selectors import policy_of, product_of
from policies.contract.selectors.members import (
    count_of,
    is_member,
    member_numbered,
    members_after,
    signed_lists,
    with_policies,
)
from policies.contract.selectors.pages import cover_rows
from policies.contract.services.group_papers import export_members, issue_certificate
from policies.offers.rosters.files import KINDS
from policies.offers.rosters.rules.columns import is_group


def _group(request: HttpRequest, no: str) -> Policy:
    """The signed-in company's group policy; anything else answers like one that does not exist."""
    try:
        found = policy_of(account_of(request), no)
    except Policy.DoesNotExist as error:
        raise Http404 from error
    if not is_group(product_of(found).definition):
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def members(request: HttpRequest, policy_no: str) -> HttpResponse:
    """The register of a group policy, masked; a person is looked up by POST, so that no number stands in an address."""
    found = _group(request, policy_no)
    after, asked = request.GET.get("after", ""), request.POST.get("id_number", "")
    page = members_after(found, int(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0)
    context = {
        "policy": found,
        "definition": product_of(found).definition,
        "insured_people": count_of(found),
        "page": page,
        "lists": signed_lists(found),
        "searched": request.method == "POST",
        "member": member_numbered(found, asked) if asked else None,
    }
    return render(request, "policies/members.html", context)


@never_cache
@require_POST
@login_required
def members_file(request: HttpRequest, policy_no: str, kind: str) -> HttpResponse:
    """The register as a table, identity numbers masked; who took it is written down."""
    found = _group(request, policy_no)
    if kind not in KINDS:
        raise Http404
    content = export_members(policy=found, kind=kind, by=actor_from(request), at=clock.now())
    response = HttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{found.no}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@never_cache
@require_POST
@login_required
@idempotent_post
def certificate(request: HttpRequest, member: UUID) -> HttpResponse:
    """A member's certificate, for the member and for the company that insures them."""
    account, found = account_of(request), with_policies().filter(uuid=member).first()
    if found is None or not (found.policy.user_id == account.pk or is_member(account, found)):
        raise Http404
    made = issue_certificate(member=found, owner=account, by=actor_from(request), at=clock.now())
    return redirect("documents:download", made.uuid)


def _own(request: HttpRequest, uuid: UUID) -> PolicyMember:
    """The membership of the signed-in account's own person; anybody else's answers like one that does not exist."""
    found = with_policies().filter(uuid=uuid).first()
    if found is None or not is_member(account_of(request), found):
        raise Http404
    return found


@never_cache
@require_safe
@login_required
def membership(request: HttpRequest, member: UUID) -> HttpResponse:
    """What a member is covered for, through whom, and what they can do."""
    found = _own(request, member)
    context = {
        "member": found,
        "policy": found.policy,
        "definition": product_of(found.policy).definition,
        "company": found.policy.holder.name.open(),
        "cover": cover_rows(found.policy, clock.now()),
    }
    return render(request, "policies/membership.html", context)
