"""Quotes, applications, referrals, orders and policies in the back office."""

from policies.admin import declarations, desk, lists, referrals
from policies.trials import pages as trial_pages

__all__ = ["declarations", "desk", "lists", "referrals"]

trial_pages.register()
