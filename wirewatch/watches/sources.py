"""Sources as watches name them: a name, or a domain with what is below it."""

from collections.abc import Iterator


def source_name(value: str) -> str:
    """Return a source's name or domain as articles are held against it. Raises ValueError for an address."""
    name = value.strip().casefold()
    if "/" in name:
        host = name.partition("://")[2] or name
        domain = host.partition("/")[0].removeprefix("www.")
        raise ValueError(f"a source is a name or a domain, not an address: write {domain}")
    return name


def domains(source: str) -> Iterator[str]:
    """Yield `source` in small letters, then the domains above it: `news.example.com`, `example.com`, …."""
    name = source.casefold()
    yield name
    while " " not in name and "." in name:
        name = name.partition(".")[2]
        yield name
