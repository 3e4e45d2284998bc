# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import csv_statement
from . import keys
from . import mt940
from . import proposals
from . import sheet
from . import statement
from . import values
