"""Examines an installation: one finding for each part, each with what to do about it."""

from insureweb.ops.doctor.examination import examine
from insureweb.ops.doctor.findings import Finding, Grade

__all__ = ["Finding", "Grade", "examine"]
