"""Quotes, applications, referrals, orders and policies in the back office."""

from policies.admin import desk, lists, referrals

__all__ = ["desk", "lists", "referrals"]
