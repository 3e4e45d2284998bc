# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reading the national student export (Dapodik, "Daftar Peserta Didik"). No ORM.

The sheet starts with title rows (name of the list, school, region, date of download).
Two header rows follow: in the first one "Data Ayah", "Data Ibu" and "Data Wali" each
span the six columns that the second one names.
"""

from .. import const

# The header is looked for in the first rows only.
_MAX_TITLE_ROWS = 10
# So many known columns in a row make it a header, not a title.
_MIN_KNOWN_LABELS = 3

Row = list


def clean_label(value: object) -> str:
    """Return a column title in the form the vocabulary has it."""
    return " ".join(str(value or "").split()).casefold()


def to_table(rows: list[Row]) -> list[Row]:
    """Return the rows as one header row followed by the students.

    Rows that do not come from the export, or have one plain header row already, are
    returned as they are.
    """
    start = _find_header(rows)
    if start is None:
        return rows
    header, body = rows[start], rows[start + 1 :]
    if body and _is_second_header(header, body[0]):
        header, body = _merge_headers(header, body[0]), body[1:]
        return [header, *_complete_addresses(header, body)]
    return [header, *body] if start else rows


def _find_header(rows: list[Row]) -> int | None:
    for index, row in enumerate(rows[:_MAX_TITLE_ROWS]):
        labels = {clean_label(cell) for cell in row}
        known = labels & const.FIELD_BY_LABEL.keys()
        if len(known) >= _MIN_KNOWN_LABELS:
            return index
    return None


def _is_second_header(header: Row, row: Row) -> bool:
    """Tell whether a row only names the columns below the spanning headings."""
    named = [
        bool(clean_label(sub))
        for top, sub in zip(header, row, strict=False)
        if clean_label(top) in const.FIELD_BY_LABEL
    ]
    return not any(named) and any(clean_label(cell) == "nama" for cell in row)


def _merge_headers(header: Row, sub_header: Row) -> Row:
    merged, group = [], ""
    for top, sub in zip(header, sub_header, strict=True):
        top, sub = " ".join(str(top).split()), " ".join(str(sub).split())
        group = top or group
        merged.append(f"{group}: {sub}" if sub else top)
    return merged


def _complete_addresses(header: Row, body: list[Row]) -> list[Row]:
    """Write "RT 3" where the export has a bare 3 in its column RT."""
    prefixes = {
        index: const.ADDRESS_PREFIXES[label]
        for index, label in enumerate(map(clean_label, header))
        if label in const.ADDRESS_PREFIXES
    }
    return [
        [
            _add_prefix(prefixes[index], cell) if index in prefixes else cell
            for index, cell in enumerate(row)
        ]
        for row in body
    ]


def _add_prefix(prefix: str, cell: object) -> object:
    text = str(cell or "").strip()
    # Schools without hamlets fill in 0 or a dash.
    if text in ("", "0", "-"):
        return ""
    if text.casefold().startswith(prefix.casefold()):
        return text
    return f"{prefix} {text}"
