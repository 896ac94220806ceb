"""The base of every admin class in the house."""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from insureweb.audit.back_office.lists import CappedPaginator, HouseChangeList
from insureweb.audit.back_office.ports import actor_at
from insureweb.audit.back_office.reveal import RevealView
from insureweb.audit.back_office.stories import Teller, story_of, words_for
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post
from insureweb.kernel.sealed import Sealed

# Who looks at the page being made, for display methods, which Django calls without the request.
viewer: ContextVar[Actor | None] = ContextVar("back_office_viewer", default=None)
CaseMethod = Callable[..., str | HttpResponse | None]


def case_action(*roles: str) -> Callable[[CaseMethod], CaseMethod]:
    """Mark a method of an admin as an action of its case page, open to these roles only.

    The method gets `(request, record, *, by, at)`, makes one service call and returns the sentence that confirms it.
    """

    def mark(method: CaseMethod) -> CaseMethod:
        method.case_roles = frozenset(roles)  # type: ignore[attr-defined]
        return method

    return mark


class HouseAdmin(ModelAdmin):
    """Lists, forms and case pages of the back office. Nothing is deleted, nothing is written round a service.

    Lists. Rows are counted to 1,000 at most; `ordering = ["-id"]` lets the list go on by key. Name the relations in
    `list_select_related`. `search_fields` should be exact or prefix look-ups (`no__startswith`, `=no`): `icontains`
    reads whole tables. A filter on a column without choices reads DISTINCT values over all rows: give it choices.
    Records are addressed by `no`, else `uuid`, never by primary key (`address_field`).

    Writing. A class without `create_by_service` shows no “add”, one without `change_by_service` shows read-only pages.
    Both get `data` (the form's cleaned data), `by` and `at`, call one service, and return the record. A `Refused`
    comes back as an error of the form at `refusal.field`, with everything typed still there.

    Personal data. Put sealed fields into `reveal_fields` (field -> roles that may open it) and name them as
    `<field>_masked` in `fields`. They show their mask with a “reveal” link that asks for a reason, writes the access
    log and shows the value for five minutes.
    Elsewhere in a template: `{% include "admin/_masked.html" with admin=opts record=party field="phone" %}`.

    Case pages. Set `case_template` to a template that extends `admin/case.html` and fills its blocks `head`, `facts`,
    `story` (the row history when left alone) and `decision`; give its values in `case_context(request, record)`.
    The page then stands at the change address. Its forms post to the same address with
    `<button name="action" value="approve">`, and the method marked `@case_action("claims_approver")` of that name is
    called. It returns the confirming sentence, after which the page is shown afresh; a `Refused` is shown on the page
    as `refusal`, and `posted` holds what was typed. `story_tellers` tell changed columns that are no words
    (column -> function of before and after giving two texts, or None to leave it out). Put `{% idempotency_key %}` into
    the form: sent twice counts once.
    """

    case_template: ClassVar[str] = ""
    reveal_fields: ClassVar[dict[str, set[str]]] = {}
    story_tellers: ClassVar[dict[str, Teller]] = {}
    create_by_service: ClassVar[Any] = None
    change_by_service: ClassVar[Any] = None

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0
    compressed_fields = True
    list_filter_submit = True
    actions: ClassVar[Any] = None
    object_history_template = "admin/record_history.html"
    change_form_template = "admin/house_form.html"

    def __init__(self, model: type[models.Model], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        for name in self.reveal_fields:
            setattr(self, f"{name}_masked", self._masked(name))

    def _masked(self, name: str) -> Callable[[Any], str]:
        """A read-only form field that shows the mask of a value, with a link to open it for those who may."""

        def shown(record: Any) -> str:
            who = viewer.get()
            url = self.reveal_url(record, name) if who is not None and self.may_reveal(who, name) else ""
            return render_to_string("admin/_masked_field.html", {"value": self.mask_of(record, name), "url": url})

        shown.short_description = words_for(self.model, name)  # type: ignore[attr-defined]
        return shown

    # --- Addresses ---------------------------------------------------------------------------------------------------

    @functools.cached_property
    def address_field(self) -> str:
        """The column that stands in addresses: the public number, the UUID, or the key of what has neither."""
        for name in ("no", "uuid"):
            try:
                self.model._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            return name
        return str(self.model._meta.pk.attname)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if "\x00" in object_id:
            return None
        return super().get_object(request, object_id, from_field or self.address_field)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[HouseChangeList]:
        return HouseChangeList

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reveal"
        view = self.admin_site.admin_view(RevealView.as_view(admin=self))
        reveal: list[URLPattern] = [path("<path:object_id>/reveal/<str:field>/", view, name=name)]
        return [*(reveal if self.reveal_fields else []), *super().get_urls()]

    # --- Permissions -------------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.create_by_service is not None and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.change_by_service is not None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_change = super().has_change_permission(request, obj)
        return may_change or bool(super().has_view_permission(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(f"{name}_masked" for name in self.reveal_fields)]

    def mask_of(self, record: Any, name: str) -> str:
        """How a protected value shows before it is opened; what is not sealed shows nothing of itself."""
        value = getattr(record, name, None)
        if not value:
            return ""
        return str(value) if isinstance(value, Sealed) else "****"

    def reveal_url(self, record: Any, field: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_reveal"
        return reverse(name, args=[getattr(record, self.address_field), field])

    def may_reveal(self, by: Actor, field: str) -> bool:
        return by.is_one_of(self.reveal_fields.get(field, set()))

    # --- Writing through services ------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)

        class ServiceForm(form):  # type: ignore[misc, valid-type]
            def _post_clean(self) -> None:
                """The service is the judge; the instance is never filled or saved by the form."""

            def clean(self) -> Any:
                cleaned = super().clean()
                refusal: Refused | None = getattr(request, "refusal", None)
                if refusal is not None:
                    self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
                return cleaned

            def save(self, commit: bool = True) -> Any:
                self.save_m2m = lambda: None
                return self.instance

        return ServiceForm

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        by, at = actor_at(request), clock.now()
        if change and self.change_by_service is not None:
            self.change_by_service(record=obj, data=form.cleaned_data, by=by, at=at)
        elif not change and self.create_by_service is not None:
            created = self.create_by_service(data=form.cleaned_data, by=by, at=at)
            obj.__dict__.update(created.__dict__)
        else:
            raise PermissionDenied

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Services write everything; there is nothing left to save."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The row history is the log."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The row history is the log."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        viewer.set(actor_at(request))
        if object_id and self.case_template:
            return self._case_view(request, object_id)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            # Once more, now with the refusal as an error of the form: what was typed stays on the page.
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _record_or_none(self, request: HttpRequest, object_id: str) -> Any:
        """The record; None when there is none. Who may not see such records is refused before anybody looks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, object_id)
        if record is not None and not self.has_view_permission(request, record):
            raise PermissionDenied
        return record

    # --- History -----------------------------------------------------------------------------------------------------

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self._record_or_none(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self._page_context(request, record) | {"title": _("History of %(record)s") % {"record": record}}
        return TemplateResponse(
            request, self.object_history_template, context | {"story": story_of(record, tellers=self.story_tellers)}
        )

    # --- Case pages --------------------------------------------------------------------------------------------------

    def case_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """What the case template needs beside `record`, `story`, `actor`, `refusal` and `posted`."""
        return {}

    def _page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": record,
            "record": record,
            "object_id": getattr(record, self.address_field),
            "actor": actor_at(request),
            "admin": self,
            "media": self.media,
            "has_view_permission": True,
        }

    def _case_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self._record_or_none(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        if request.method == "POST":
            return idempotent_post(self._case_post)(request, record)
        return self._case_page(request, record)

    def _case_post(self, request: HttpRequest, record: models.Model) -> HttpResponse:
        method = getattr(self, request.POST.get("action", ""), None)
        roles: frozenset[str] | None = getattr(method, "case_roles", None)
        by, at = actor_at(request), clock.now()
        if method is None or roles is None or not by.is_one_of(roles):
            raise PermissionDenied
        try:
            done = method(request, record, by=by, at=at)
        except Refused as refusal:
            record.refresh_from_db()
            return self._case_page(request, record, refusal=refusal)
        if isinstance(done, HttpResponse):
            return done
        if done:
            messages.success(request, done)
        return HttpResponseRedirect(request.path)

    def _case_page(self, request: HttpRequest, record: Any, *, refusal: Refused | None = None) -> HttpResponse:
        context = self._page_context(request, record) | {
            "title": str(record),
            "story": story_of(record, tellers=self.story_tellers),
            "refusal": refusal,
            "posted": request.POST if refusal else {},
        }
        status = 409 if refusal else 200
        return TemplateResponse(
            request, self.case_template, context | self.case_context(request, record), status=status
        )

    def actions_open_to(self, by: Actor) -> list[str]:
        """Names of the case actions this person may use."""
        names = (name for name in dir(type(self)) if hasattr(getattr(type(self), name, None), "case_roles"))
        return [name for name in names if by.is_one_of(getattr(self, name).case_roles)]
