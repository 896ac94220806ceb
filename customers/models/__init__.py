from customers.models.users import Language, User, UserRole

__all__ = ["Language", "User", "UserRole"]
