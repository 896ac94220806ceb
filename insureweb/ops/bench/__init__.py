"""`manage.py bench`: how long the house takes, against a bare Django measured in the same run on the same machine."""
