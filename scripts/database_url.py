"""Print the PG* variables, as shell words, that a DATABASE_URL stands for."""

import shlex
import sys
from urllib.parse import unquote, urlsplit


def variables(url: str) -> dict[str, str]:
    """Return libpq's variables for ``url`` (``postgresql://user:pw@host:port/db``)."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        sys.exit("DATABASE_URL must start with postgresql://")
    try:
        port = parts.port or 5432
    except ValueError:
        sys.exit("DATABASE_URL: the port must be a number from 1 to 65535")
    found = {
        "PGHOST": unquote(parts.hostname or "localhost"),
        "PGPORT": str(port),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    return {name: value for name, value in found.items() if value}


if __name__ == "__main__":
    for name, value in variables(sys.argv[1]).items():
        print(f"export {name}={shlex.quote(value)}")
