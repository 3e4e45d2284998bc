# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Codes of the foundation's chart that assets and stock are booked on."""

#: Journals of each school: code of the asset entries, code of the stock entries.
ASSET_JOURNAL = "ASET"
STOCK_JOURNAL = "STJ"

GAIN_CODE = "81100050"
LOSS_CODE = "91100030"

#: Category of goods: external name, code of its stock account.
STOCK_CATEGORIES = (
    ("product_category_uniforms", "11300190"),
    ("product_category_books", "11300200"),
)
GOODS_COST_CODE = "51000030"
GOODS_INCOME_CODE = "41100090"
#: What is handed out for the school's own use, and what was given to it in kind.
OWN_USE_CODE = "62100020"
DONATION_CODE = "43300020"

#: Groups of tangible assets in the income tax law.
TAX_GROUPS = [
    ("1", "Group 1 (4 years)"),
    ("2", "Group 2 (8 years)"),
    ("3", "Group 3 (16 years)"),
    ("4", "Group 4 (20 years)"),
    ("permanent", "Permanent Building (20 years)"),
    ("temporary", "Temporary Building (10 years)"),
    ("none", "Not Depreciated"),
]
