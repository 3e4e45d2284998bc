"""Write one Odoo configuration file from several and from KEY=VALUE words.

Usage: merge_config.py OUTPUT (FILE | KEY=VALUE)...

Odoo reads a single file; later arguments win. An empty value leaves the key out.
"""

import configparser
import os
import sys


def merge(sources: list[str]) -> configparser.ConfigParser:
    """Return the ``[options]`` of all ``sources``, the last one winning."""
    merged = configparser.ConfigParser(interpolation=None)
    merged.add_section("options")
    for source in sources:
        if os.path.isfile(source):
            merged.read(source, encoding="utf-8")
        elif "=" in source:
            key, _, value = source.partition("=")
            if value:
                merged.set("options", key, value)
        else:
            sys.exit(f"merge_config.py: {source} is neither a file nor KEY=VALUE")
    return merged


if __name__ == "__main__":
    output, *arguments = sys.argv[1:]
    result = merge(arguments)
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        result.write(stream)
