from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordedMail(models.Model):
    """A mail or SMS that was kept instead of sent, so that a developer can read login codes. Empty in production."""

    channel = models.CharField(max_length=8)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("recorded mail")
        verbose_name_plural = _("recorded mails")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
