# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import TRACKED
from ..tools.text import amount_query

ACTIONS = [
    ("create", "Created"),
    ("write", "Changed"),
    ("unlink", "Deleted"),
    ("read", "Read"),
    ("export_data", "Exported"),
    ("note", "Note"),
]

#: Kinds of tracked values that are stored as text.
TEXTS = ("char", "text")

#: So many hits are looked up by their ID; of more, each row of the page is compared.
MAX_HITS = 10_000

#: How HTML writes what people read, the ampersand last.
ENTITIES = (
    ("&nbsp;", " "),
    ("\N{NO-BREAK SPACE}", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&#34;", '"'),
    ("&#39;", "'"),
    ("&quot;", '"'),
    ("&amp;", "&"),
)


class ScolaAuditTrail(models.Model):
    """Who changed what: the log of watched models and the chatter of documents.

    A view, nothing is stored twice. Its innermost part is a plain union of two tables
    without joins or conditions: only so can PostgreSQL read their indexes side by side,
    newest first, and stop after a page (see the comment in ``_table_query``).
    """

    _name = "scola.audit.trail"
    _description = "Audit Trail"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "document"

    date = fields.Datetime(string="When", readonly=True)
    user_id = fields.Many2one("res.users", string="Who", readonly=True)
    company_id = fields.Many2one("res.company", string="School", readonly=True)
    action = fields.Selection(ACTIONS, readonly=True)
    source = fields.Selection(
        [("log", "Log"), ("tracking", "Tracked Field"), ("message", "Note")],
        readonly=True,
    )
    res_model = fields.Char(string="Technical Model Name", readonly=True)
    res_id = fields.Integer(string="Record ID", readonly=True)
    model_label = fields.Char(string="Kind of Document", readonly=True)
    document = fields.Char(readonly=True)
    field_name = fields.Char(string="Technical Field Name", readonly=True)
    field_label = fields.Char(string="Field", readonly=True)
    old_value = fields.Text(readonly=True)
    new_value = fields.Text(readonly=True)
    ip_address = fields.Char(string="IP Address", readonly=True)
    session = fields.Char(
        readonly=True,
        help="A fingerprint of its ID: the same for all that was done in one login.",
    )
    request_path = fields.Char(string="Request", readonly=True)
    log_id = fields.Integer(readonly=True)
    line_id = fields.Integer(readonly=True)
    message_id = fields.Integer(readonly=True)

    document_search = fields.Char(
        string="Document or Number",
        compute="_compute_search_fields",
        search="_search_document_search",
    )
    value_search = fields.Char(
        string="Old or New Value",
        compute="_compute_search_fields",
        search="_search_value_search",
    )

    # === QUERY === #

    @property
    def _table_query(self):
        # The conditions stand outside of the union. Those on its own columns PostgreSQL
        # moves inside by itself, and drops them for the table they do not concern;
        # written inside they would keep it from reading by index.
        return SQL(
            """
            SELECT CASE WHEN t.source = 'log' THEN t.row_id * 4
                        WHEN v.id IS NOT NULL THEN v.id::int8 * 4 + 1
                        ELSE t.row_id * 4 + 2 END AS id,
                   CASE WHEN t.source = 'log' THEN 'log'
                        WHEN v.id IS NOT NULL THEN 'tracking'
                        ELSE 'message' END AS source,
                   t.date, t.user_id, t.model AS res_model, t.log_id, t.message_id,
                   CASE WHEN t.source = 'log' THEN t.row_id END AS line_id,
                   %(company)s AS company_id, %(document)s AS document,
                   coalesce(log.method,
                       CASE WHEN v.id IS NULL THEN 'note' ELSE 'write' END) AS action,
                   coalesce(log.res_id, t.res_id) AS res_id,
                   %(model_label)s AS model_label,
                   coalesce(f.name, t.field_name, v.field_info->>'name') AS field_name,
                   coalesce(%(field_label)s, t.field_label, v.field_info->>'desc')
                       AS field_label,
                   coalesce(t.old_value, %(old_value)s) AS old_value,
                   coalesce(t.new_value, %(new_value)s) AS new_value,
                   r.remote_address AS ip_address, r.name AS request_path,
                   s.name AS session
              FROM (%(union)s) t
              LEFT JOIN auditlog_log log ON log.id = t.log_id
              LEFT JOIN auditlog_http_request r ON r.id = log.http_request_id
              LEFT JOIN auditlog_http_session s ON s.id = log.http_session_id
              LEFT JOIN mail_tracking_value v ON v.mail_message_id = t.message_id
              LEFT JOIN ir_model_fields f ON f.id = coalesce(t.field_id, v.field_id)
              LEFT JOIN ir_model im ON im.model = t.model
             WHERE (t.source = 'log' OR t.message_type = 'notification')
               AND (t.source = 'log' OR t.model = ANY(%(tracked)s))
               AND (t.source = 'log' OR v.id IS NOT NULL OR trim(%(markup)s) != '')
            """,
            union=SQL(" UNION ALL ").join(self._select_sources()),
            company=self._select_of_document("company_id", SQL("t.company_id")),
            document=self._select_of_document("name", SQL("log.name::text")),
            model_label=self._select_label(SQL("im.name")),
            field_label=self._select_label(SQL("f.field_description")),
            old_value=self._select_tracked_value("old"),
            new_value=SQL(
                "CASE WHEN v.id IS NULL THEN nullif(%s, '') ELSE %s END",
                self._select_note(),
                self._select_tracked_value("new"),
            ),
            markup=self._select_unmarked(),
            tracked=self._get_tracked_models(),
        )

    @api.model
    def _get_tracked_models(self):
        """Return the names of installed models whose chatter is part of the trail.

        What has a rule of `auditlog` as well is left to it. A hook: add-ons with money
        documents of their own add them.

        :rtype: list[str]
        """
        watched = self.env["auditlog.rule"]._get_watch_options
        return [
            name for name in TRACKED if name in self.env.registry and not watched(name)
        ]

    @api.model
    def _select_sources(self):
        """Return the parts of the union: same columns, same types, one table each."""
        log_line = SQL(
            """
            SELECT 'log'::text AS source, l.id::int8 AS row_id, l.create_date AS date,
                   l.create_uid AS user_id, l.log_id, NULL::int4 AS message_id,
                   l.res_model::text AS model, NULL::int4 AS res_id, l.company_id,
                   l.field_id, l.field_name::text AS field_name,
                   l.field_description::text AS field_label,
                   l.old_value_text AS old_value, l.new_value_text AS new_value,
                   NULL::text AS message_type, NULL::text AS body
              FROM auditlog_log_line l
            """
        )
        message = SQL(
            """
            SELECT 'message'::text, n.id::int8, n.create_date, n.create_uid, NULL::int4,
                   n.id, n.model::text, n.res_id, NULL::int4, NULL::int4, NULL::text,
                   NULL::text, NULL::text, NULL::text, n.message_type::text, n.body
              FROM mail_message n
            """
        )
        return [log_line, message]

    @api.model
    def _select_unmarked(self):
        """Return the body of a message without its tags."""
        return SQL("regexp_replace(coalesce(t.body, ''), '<[^>]*>', ' ', 'g')")

    @api.model
    def _select_note(self):
        """Return the text of a message as people read it."""
        note = self._select_unmarked()
        for entity, character in ENTITIES:
            note = SQL("replace(%s, %s, %s)", note, entity, character)
        return SQL("trim(regexp_replace(%s, '\\s+', ' ', 'g'))", note)

    @api.model
    def _select_tracked_value(self, side):
        """Return a tracked value as text; only the columns of its type are filled."""
        columns = {
            kind: SQL.identifier("v", f"{side}_value_{kind}")
            for kind in ("char", "text", "datetime", "float", "integer")
        }
        return SQL(
            """coalesce(nullif(%(char)s, '')::text, %(text)s, to_char(%(datetime)s,
                'YYYY-MM-DD HH24:MI'), trim_scale(%(float)s::numeric)::text,
                %(integer)s::text)""",
            **columns,
        )

    @api.model
    def _select_of_document(self, fname, of_log):
        """Return what a row says of its document: from the log, else of the record.

        :param str fname: ``company_id`` or ``name``
        :param SQL of_log: the column of the log
        """
        cases = SQL(" ").join(
            SQL(
                "WHEN %s THEN (SELECT %s FROM %s d WHERE d.id = t.res_id)",
                name,
                self._select_stored(self.env[name]._fields[fname], "d"),
                SQL.identifier(self.env[name]._table),
            )
            for name in self._get_tracked_models()
            if fname in self.env[name]._fields and self.env[name]._fields[fname].store
        )
        return SQL(
            "CASE t.source WHEN 'log' THEN %s ELSE (CASE t.model %s END) END",
            of_log,
            cases,
        )

    @api.model
    def _select_stored(self, field, alias):
        """Return the column of a field, in the language of the user if it has one."""
        column = SQL.identifier(alias, field.name)
        return self._select_label(column) if field.translate else column

    @api.model
    def _select_label(self, column):
        """Return a translated column in the language of the user."""
        lang = self.env.lang or "en_US"
        return SQL("coalesce(%s->>%s, %s->>'en_US')", column, lang, column)

    # === SEARCH === #

    def _compute_search_fields(self):
        self.document_search = self.value_search = False

    def _search_document_search(self, operator, value):
        """Search by the name of the document: first the few that have it."""
        if operator not in ("ilike", "like", "=ilike", "=like", "in"):
            return NotImplemented
        # As superuser: reading the trail does not take rights on what it is about; the
        # rows found are still those the user may see.
        logs = self.env["auditlog.log"].sudo()._search([("name", operator, value)])
        domains = [Domain("log_id", "in", logs)]
        Message = self.env["mail.message"].sudo()
        for name in self._get_tracked_models():
            model = self.env[name].sudo().with_context(active_test=False)
            found = Message._search(
                [
                    ("model", "=", name),
                    ("res_id", "in", model._search([("name", operator, value)])),
                ]
            )
            domains.append(Domain("message_id", "in", found))
        return Domain.OR(domains)

    def _search_value_search(self, operator, value):
        """Search in both values; what looks like an amount also without its dots.

        The tables are searched first: what stands in a row is known only after all of
        its parts were looked up.
        """
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        lines = self._get_value_domain(value, "old_value_text", "new_value_text")
        messages = (
            Domain("model", "in", self._get_tracked_models())
            & Domain("message_type", "=", "notification")
            & (
                # Any space may be one that does not break, the row tells.
                Domain("body", "ilike", value.replace(" ", "%"))
                | Domain("tracking_value_ids", "any", self._get_tracked_domain(value))
            )
        )
        found = self._get_hits("line_id", "auditlog.log.line", lines)
        found |= self._get_hits("message_id", "mail.message", messages)
        return found & self._get_value_domain(value, "old_value", "new_value")

    @api.model
    def _get_hits(self, fname, model, domain):
        """Return the domain on what is found in a table, read once.

        As a part of the query it would be read for each of the two tables.

        :param str fname: our field that holds the ID of a row of ``model``
        """
        # As superuser: see _search_document_search.
        query = self.env[model].sudo()._search(domain, limit=MAX_HITS + 1)
        ids = query.get_result_ids()
        if len(ids) > MAX_HITS:
            return Domain(fname, "!=", False)
        return Domain(fname, "in", ids)

    @api.model
    def _get_value_domain(self, value, *fnames):
        """Return the domain on texts that hold ``value``, or are the amount it is."""
        domain = Domain.OR(Domain(fname, "ilike", value) for fname in fnames)
        amount = amount_query(value)
        if amount and amount != value:
            amounts = [amount, f"-{amount}"]
            domain |= Domain.OR(Domain(fname, "in", amounts) for fname in fnames)
        return domain

    @api.model
    def _get_tracked_domain(self, value):
        """Return the domain on tracked values that hold ``value``."""
        names = [f"{side}_value_{kind}" for side in ("old", "new") for kind in TEXTS]
        domain = self._get_value_domain(value, *names)
        amount = amount_query(value)
        if amount:
            for fname in ("old_value_float", "new_value_float"):
                domain |= Domain(fname, "in", [float(amount), -float(amount)])
        return domain

    # === ACTIONS === #

    def action_open_document(self):
        """Open the document a row is about, with the rights of the user."""
        self.ensure_one()
        model = self.env.get(self.res_model)
        record = model.browse(self.res_id).exists() if model is not None else model
        if not record or not record.has_access("read"):
            raise UserError(
                self.env._(
                    "%(document)s: it was deleted, or it is not for you to open.",
                    document=self.document or self.model_label or self.res_model,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
