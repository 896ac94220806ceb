"""A roster of people to be insured together: uploads, members, rows that need work, priced offers."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money
from insureweb.kernel.sealed import BlindIndexField, SealedField
from policies.offers.models import Quote
from policies.offers.rosters.states import ROSTER_MACHINE, RosterState


class Roster(Tracked):
    """The people one company wants insured under one product version; it belongs to the account that uploaded it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rosters", verbose_name=_("account")
    )
    product_version: Any = models.ForeignKey(
        "products.ProductVersion", on_delete=models.PROTECT, related_name="rosters", verbose_name=_("product version")
    )
    plan = models.CharField(_("plan"), max_length=40)
    state = ROSTER_MACHINE.field(verbose_name=_("state"))
    members = models.PositiveIntegerField(_("people taken over"), default=0)
    wrong_rows = models.PositiveIntegerField(_("rows that need work"), default=0)
    created_at = models.DateTimeField(_("begun"))

    class Meta(Tracked.Meta):
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, ROSTER_MACHINE.guard()]
        indexes = [models.Index(fields=["user", "-id"], name="roster_of_an_account")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def state_enum(self) -> RosterState:
        return RosterState(self.state)


class RosterUpload(models.Model):
    """A file on its way to be read. Its sealed bytes are forgotten once the rows are taken over."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("roster"))
    number = models.PositiveSmallIntegerField(_("upload"))
    file_name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField(null=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    received_at = models.DateTimeField(_("received"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("roster file")
        verbose_name_plural = _("roster files")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "number"], name="roster_upload_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(read_at__isnull=True) | models.Q(content__isnull=True),
                name="roster_upload_is_forgotten_when_read",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class RosterMember(Tracked):
    """A person whose row is right. `facts` are what the price depends on, as text; `upload` and `line` its place."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="people", verbose_name=_("roster"))
    position = models.PositiveIntegerField(_("number"))
    upload = models.PositiveSmallIntegerField(_("upload"))
    line = models.PositiveIntegerField(_("line"))
    name: Any = SealedField(mask="name", text_length=120, verbose_name=_("name"))
    id_number: Any = SealedField(mask="identity", text_length=40, verbose_name=_("identity number"))
    id_number_index = BlindIndexField("id_number", db_index=False)
    facts = models.JSONField(_("facts"))

    class Meta(Tracked.Meta):
        verbose_name = _("roster member")
        verbose_name_plural = _("roster members")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "position"], name="roster_member_number_is_unique"),
            models.UniqueConstraint(fields=["roster", "id_number_index"], name="roster_member_stands_once"),
            models.CheckConstraint(condition=models.Q(position__gt=0), name="roster_member_numbers_begin_at_one"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class RosterWrongRow(Tracked):
    """A row that cannot be taken over yet, kept as it was written, with every reason."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="wrong", verbose_name=_("roster"))
    upload = models.PositiveSmallIntegerField(_("upload"))
    line = models.PositiveIntegerField(_("line"))
    cells: Any = SealedField(mask="all", text_length=20_000, verbose_name=_("cells"))
    problems = models.JSONField(_("problems"))

    class Meta(Tracked.Meta):
        verbose_name = _("row that needs work")
        verbose_name_plural = _("rows that need work")
        ordering = ["upload", "line", "id"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "upload", "line"], name="roster_wrong_row_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.upload}-{self.line}"


class RosterOffer(Tracked):
    """The price of a roster under one plan. `priced` counts the members done, so that work goes on where it stopped."""

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="offers", verbose_name=_("roster"))
    number = models.PositiveSmallIntegerField(_("offer"))
    plan = models.CharField(_("plan"), max_length=40)
    members = models.PositiveIntegerField(_("people"))
    priced = models.PositiveIntegerField(_("people priced"), default=0)
    total = AmountField(_("premium"), default=0)
    currency = CurrencyField(_("currency"))
    lines = models.JSONField(_("premium by line"), default=dict)
    strictest = models.JSONField(_("eldest member, highest class"), default=dict)
    hash = models.CharField(_("hash of the price"), max_length=64, blank=True, default="")
    quote = models.OneToOneField(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="roster_offer", verbose_name=_("quote")
    )
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("roster offer")
        verbose_name_plural = _("roster offers")
        ordering = ["-id"]
        constraints = [
            *not_negative("total", table="roster_offer"),
            models.UniqueConstraint(fields=["roster", "number"], name="roster_offer_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(priced__lte=models.F("members")), name="roster_offer_prices_nobody_twice"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, hash="")
                | models.Q(finished_at__isnull=False, priced=models.F("members"), hash__regex=r"^[0-9a-f]{64}$"),
                name="roster_offer_finished_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(quote__isnull=True) | models.Q(finished_at__isnull=False),
                name="roster_offer_quoted_is_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id}/{self.number}"

    @property
    def premium(self) -> Money:
        return Money(self.total, self.currency)


class RosterPremium(AppendOnly):
    """What one member costs in an offer, line by line; `hash` is that of the member's whole breakdown."""

    offer = models.ForeignKey(RosterOffer, on_delete=models.PROTECT, related_name="premiums", verbose_name=_("offer"))
    position = models.PositiveIntegerField(_("number"))
    premium = AmountField(_("premium"))
    lines = models.JSONField(_("premium by line"))
    hash = models.CharField(_("hash of the price"), max_length=64)

    class Meta(AppendOnly.Meta):
        verbose_name = _("member's premium")
        verbose_name_plural = _("members' premiums")
        ordering = ["id"]
        constraints = [
            *not_negative("premium", table="roster_premium"),
            models.UniqueConstraint(fields=["offer", "position"], name="roster_premium_once_for_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}/{self.position}"
