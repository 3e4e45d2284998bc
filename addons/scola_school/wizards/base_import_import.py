# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.base_import.models.base_import import (
    FIELDS_RECURSION_LIMIT,
    ImportValidationError,
)

from .. import const
from ..tools import dapodik


class BaseImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def _is_student_import(self):
        return self.res_model == "scola.student"

    def _read_file(self, options):
        """Override of `base_import` to accept the national student list as it is."""
        length, rows = super()._read_file(options)
        if self._is_student_import() and options.get("has_headers"):
            rows = dapodik.to_table(rows)
        return length, rows

    def get_fields_tree(self, model, depth=FIELDS_RECURSION_LIMIT):
        """Override of `base_import` to keep the list of fields short.

        A student has all lists of a contact: three levels of them are a megabyte that
        the browser would wait for.
        """
        if model == "scola.student":
            depth = min(depth, 2)
        return super().get_fields_tree(model, depth=depth)

    def _get_mapping_suggestion(
        self, header, fields_tree, header_types, mapping_fields
    ):
        """Override of `base_import` to know the columns that schools use.

        A column that merely resembles a field is left to the user: "NISM" is a
        mistake to correct, not a NISN.
        """
        chosen_before = mapping_fields.get(header.lower())
        if self._is_student_import() and not chosen_before:
            label = dapodik.clean_label(header)
            if label in const.IGNORED_LABELS:
                return {}
            fname = const.FIELD_BY_LABEL.get(label)
            if fname and self._is_student_tree(fields_tree):
                return {"field_path": [fname], "distance": 0}
        suggestion = super()._get_mapping_suggestion(
            header, fields_tree, header_types, mapping_fields
        )
        if self._is_student_import() and suggestion.get("distance", 0) > 0:
            return {}
        return suggestion

    def _is_student_tree(self, fields_tree):
        return any(field["model_name"] == self.res_model for field in fields_tree)

    def _deduplicate_mapping_suggestions(self, mapping_suggestions):
        """Override of `base_import` to join the parts of an address in one field."""
        joined = {}
        if self._is_student_import():
            joined = {
                header: suggestion
                for header, suggestion in mapping_suggestions.items()
                if suggestion and suggestion["field_path"][0] in const.JOINED_FIELDS
            }
        result = super()._deduplicate_mapping_suggestions(mapping_suggestions)
        mapping_suggestions.update(joined)
        return result

    def _convert_import_data(self, fields, options):
        """Override of `base_import` to understand L/P and the names of religions."""
        data, import_fields = super()._convert_import_data(fields, options)
        if self._is_student_import():
            for index, fname in enumerate(import_fields):
                values = const.VALUE_BY_TEXT.get(fname)
                for row in data if values else ():
                    row[index] = values.get(dapodik.clean_label(row[index]), row[index])
        return data, import_fields

    def execute_import(self, fields, columns, options, dryrun=False):
        """Override of `base_import` to refuse files with wrong columns as a whole."""
        if self._is_student_import():
            messages = self._get_column_errors(fields, columns or [])
            if messages:
                errors = [ImportValidationError(message) for message in messages]
                return {"ids": False, "messages": [error.__dict__ for error in errors]}
        return super().execute_import(fields, columns, options, dryrun=dryrun)

    def _get_column_errors(self, fields, columns):
        """Return what is wrong with the columns: the column and the remedy each."""
        errors = []
        if not {"name", "id", ".id"} & set(fields):
            errors.append(
                self.env._(
                    "Name: no column of the file holds the students' names. Call the "
                    "column Nama or Name as in the template, or choose the field Name "
                    "for it."
                )
            )
        student_fields = self.env["scola.student"]._fields
        for column, fname in zip(columns, fields, strict=False):
            label = dapodik.clean_label(column)
            if fname and fname.split("/")[0] not in (*student_fields, ".id"):
                errors.append(
                    self.env._(
                        "Column %(column)s: students have no field %(field)s. Choose "
                        "another field for the column.",
                        column=column,
                        field=fname,
                    )
                )
            elif not fname and label not in const.IGNORED_LABELS:
                errors.append(
                    self.env._(
                        "Column %(column)s: it is not known. Choose a field for it, "
                        "name it as in the template, or delete it from the file.",
                        column=column,
                    )
                )
        return errors
