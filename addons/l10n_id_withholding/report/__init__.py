# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import withholding_return_pdf
from . import withholding_return_xlsx
