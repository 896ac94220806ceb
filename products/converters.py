"""Path parts: what is no product code or wording key is no page."""


class CodeConverter:
    """A product's code."""

    regex = "[a-z][a-z0-9]*(?:-[a-z0-9]+){0,9}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class KeyConverter(CodeConverter):
    """A wording's name within its product."""

    regex = "[a-z][a-z0-9_]{0,59}"
