"""The only readers of claims for pages. Other apps import from here."""

from claims.selectors.customer import Waiting, claim_for, claims_of, needs_me_now, open_deadlines
from claims.selectors.desk import desk_figures

__all__ = ["Waiting", "claim_for", "claims_of", "desk_figures", "needs_me_now", "open_deadlines"]
