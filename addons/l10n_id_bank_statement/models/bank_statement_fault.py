# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

#: So many faults are told at once; who mends these, mends the rest.
MAX_FAULTS = 20


class BankStatementFault(models.AbstractModel):
    """What is wrong with a statement file, in words, and the remedy."""

    _name = "bank.statement.fault"
    _description = "Faults of Bank Statement Files"

    @api.model
    def _explain(self, filename, faults):
        """Return what is wrong with a file and what to do about it.

        :param str filename:
        :param list[Fault] faults: in the order they are told
        :rtype: str
        """
        head = self.env._("Nothing was imported from %(file)s:", file=filename)
        lines = [self._explain_one(fault) for fault in faults[:MAX_FAULTS]]
        more = len(faults) - MAX_FAULTS
        if more > 0:
            lines.append(self.env._("... and %(count)s more.", count=more))
        return "\n".join([head, *lines])

    @api.model
    def _explain_one(self, fault):
        values = {
            "column": fault.column,
            "value": _shorten(fault.value),
            "expected": _shorten(fault.expected),
        }
        texts = self._get_file_texts(values)
        texts |= self._get_sum_texts(values)
        texts |= self._get_cell_texts(values)
        texts |= self._get_tag_texts(values)
        text = texts[fault.code]
        if not fault.line:
            return text
        return self.env._("Line %(line)s: %(text)s", line=fault.line, text=text)

    @api.model
    def _get_file_texts(self, values):
        """Return what may be wrong with a file as a whole."""
        return {
            "size": self.env._(
                "It is larger than %(value)s. Export fewer days at a time.", **values
            ),
            "lines": self.env._(
                "It has more than %(value)s lines. Export fewer days at a time.",
                **values,
            ),
            "csv": self.env._(
                "The quotes do not match (%(value)s). Export the file again, without "
                "opening it in a spreadsheet.",
                **values,
            ),
            "encoding": self.env._(
                "This is no text in %(value)s. Choose a CSV, XLSX or MT940 file, or "
                "change the encoding of the layout.",
                **values,
            ),
            "sheet": self.env._(
                "The workbook cannot be read. Export the file again, or open it and "
                "save it as XLSX or CSV."
            ),
            "xls": self.env._(
                "This is a workbook of an old kind (XLS). Open it and save it as XLSX, "
                "or export the file as CSV."
            ),
            "header": self.env._(
                "There is no row with the columns %(value)s. Choose the layout that "
                "fits, or correct its columns.",
                **values,
            ),
            "layout": self.env._(
                "No layout has the columns of this file. Copy the layout of the bank "
                "and enter the columns as they are in the file."
            ),
            "layouts": self.env._(
                "Several layouts fit: %(value)s. Choose one, here or on the journal.",
                **values,
            ),
            "empty": self.env._(
                "It has no movement. Choose a period in which there are some."
            ),
        }

    @api.model
    def _get_sum_texts(self, values):
        """Return what may be wrong with how lines belong together."""
        return {
            "closing": self.env._(
                "The closing balance is %(value)s, opening and movements make "
                "%(expected)s. Lines are missing or changed: export the file again.",
                **values,
            ),
            "balance": self.env._(
                "The balance is %(value)s, but the line makes it %(expected)s. A line "
                "is missing or changed: export the file again.",
                **values,
            ),
            "total": self.env._(
                "%(column)s is %(value)s, the lines make %(expected)s. Lines are "
                "missing or changed: export the file again.",
                **values,
            ),
            "pages": self.env._(
                "%(column)s is %(value)s, but the page before ends with %(expected)s. "
                "A page is missing: export the file again.",
                **values,
            ),
            "currency": self.env._(
                "%(column)s is in %(value)s, the opening balance in %(expected)s. "
                "Export the file again.",
                **values,
            ),
            "period": self.env._(
                "%(value)s is no period such as 01/11/2026 - 30/11/2026. Export the "
                "file again.",
                **values,
            ),
            "accounts": self.env._(
                "%(column)s: %(value)s, but the lines above are of account "
                "%(expected)s. Export one account at a time.",
                **values,
            ),
            "duplicate": self.env._(
                "%(value)s is imported already, in statement %(expected)s. Export only "
                "the days that are new.",
                **values,
            ),
        }

    @api.model
    def _get_cell_texts(self, values):
        """Return what may be wrong with a cell of a row."""
        return {
            "year": self.env._(
                "%(column)s: %(value)s has no year. Enter the Year of the statement.",
                **values,
            ),
            "date": self.env._(
                "%(column)s: %(value)s is no date of the form %(expected)s. Correct "
                "the date format of the layout, or export the file again.",
                **values,
            ),
            "outside": self.env._(
                "%(column)s: %(value)s is not in the period %(expected)s. Export the "
                "file again.",
                **values,
            ),
            "amount": self.env._(
                "%(column)s: %(value)s is no amount. Correct the form of amounts of "
                "the layout, or export the file again.",
                **values,
            ),
            "marker": self.env._(
                "%(column)s: %(value)s is none of %(expected)s. Add it to the words "
                "for debit or credit of the layout.",
                **values,
            ),
            "sides": self.env._(
                "%(column)s: %(value)s. One of them must be filled, and above 0. "
                "Export the file again.",
                **values,
            ),
            "text": self.env._(
                "%(column)s: there is no description. Correct the description columns "
                "of the layout.",
                **values,
            ),
        }

    @api.model
    def _get_tag_texts(self, values):
        """Return what may be wrong with a tag of MT940."""
        return {
            "tag": self.env._(
                "%(column)s %(value)s is not MT940. Export the file again, without "
                "changing it.",
                **values,
            ),
            "missing_tag": self.env._(
                "The statement has no usable %(column)s. Ask the bank for complete "
                "MT940.",
                **values,
            ),
            "balance_tag": self.env._(
                "%(column)s: %(value)s is no balance. Export the file again, without "
                "changing it.",
                **values,
            ),
            "movement": self.env._(
                "%(column)s: %(value)s is no movement. Export the file again, without "
                "changing it.",
                **values,
            ),
        }


def _shorten(text):
    """Return a value as it fits into a message."""
    text = str(text)
    return f"{text[:77]}..." if len(text) > 80 else text
