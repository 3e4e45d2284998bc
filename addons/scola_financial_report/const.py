# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Keys in the context: what the methods deep in a report have to know."""

#: Journal items of the report: a domain on the student.
STUDENT_DOMAIN = "scola_student_domain"
#: Searches for accounts of a school find those of its foundation.
INHERITED_ACCOUNTS = "scola_inherited_accounts"
