"""What queries leave out: a version's whole file is tens of kilobytes, and the compiled form is kept by its hash."""


def without_files(path: str = "product_version") -> tuple[str, ...]:
    """Names for `.defer()` when a product version is joined in; `compiled()` reads it once a process."""
    return f"{path}__definition", f"{path}__source"
