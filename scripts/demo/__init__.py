# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The demo: a foundation with three schools; run by scripts/run."""
