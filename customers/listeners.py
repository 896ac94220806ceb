"""What the customers app does when something happened; imported once the models are loaded."""

from customers import second_factor

__all__ = ["second_factor"]
