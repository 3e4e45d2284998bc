# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.modules.db import FunctionStatus


def _name_trigram_definition(registry):
    """Return an index that serves ``ilike`` as Odoo writes it on this database."""
    if not registry.has_trigram:
        return ""
    column = "name"
    if registry.has_unaccent == FunctionStatus.INDEXABLE:
        column = registry.unaccent(column)
    elif registry.has_unaccent:
        return ""
    return f"USING gin ({column} gin_trgm_ops)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    # The queue at the window waits for this search: any part of any name, among all
    # the families of a foundation.
    _scola_name_trigram_idx = models.Index(_name_trigram_definition)
