"""A version as the customer will see it: its product page and its application form, from the draft itself."""
