# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from fnmatch import fnmatchcase

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.orm.models import NO_ACCESS

from ..const import (
    LEDGER_MODELS,
    MASK,
    SECRET_NAMES,
    UNLOGGED_PREFIXES,
    UNLOGGED_TYPES,
    WATCHED,
)
from ..tools.collector import COLLECTOR, LogCollector
from ..tools.text import readable
from ..tools.watch import make_create, make_write


class AuditlogRule(models.Model):
    _inherit = "auditlog.rule"

    # === SUBSCRIPTION === #

    @api.model
    def _get_watched_models(self):
        """Return what is watched; a hook for add-ons with models of their own.

        :return: values of the rule that differ from the usual ones, by name of a model
            or by a pattern of names
        :rtype: dict[str, dict]
        """
        return dict(WATCHED)

    def _register_hook(self):
        """Override of `auditlog`: watch what an installation brought.

        Models are complete only now, also those of add-ons that are installed later. A
        rule made earlier, by a hook of the installation, would skip the methods that
        later add-ons put on top of the watched ones.
        """
        if not self and self.pool.updated_modules:
            self._subscribe()
        return super()._register_hook()

    @api.model
    def _subscribe(self):
        """Make the rules that are missing. The same twice changes nothing."""
        # As superuser: rules belong to the installation, not to a user.
        known = self.sudo().search([("model_id", "!=", False)]).model_id
        models_by_name = {
            model.model: model
            for model in self.env["ir.model"].sudo().search([]) - known
        }
        self.sudo().create(
            [
                self._prepare_rule_vals(models_by_name[name], options)
                for name, options in self._find_watched().items()
                if name in models_by_name
            ]
        )

    @api.model
    def _find_watched(self):
        """Return the options of each installed model that is watched, by its name."""
        found = {}
        for name, model in sorted(self.pool.items()):
            options = self._get_watch_options(name)
            if options is not None and model._auto and not model._transient:
                found[name] = options
        return found

    @api.model
    def _get_watch_options(self, name):
        """Return how the model ``name`` is watched, None if it is not."""
        watched = self._get_watched_models()
        if name in watched:
            return watched[name]
        for pattern, options in watched.items():
            if fnmatchcase(name, pattern):
                return options
        return None

    def _prepare_rule_vals(self, model, options):
        return {
            "name": model.model,
            "model_id": model.id,
            "state": "confirmed",
            "log_type": "full",
            "log_read": False,
            "log_create": True,
            "log_write": True,
            "log_unlink": True,
            "log_export_data": False,
            "capture_record": True,
            **options,
        }

    # === THE RULES ARE NOT SWITCHED OFF === #

    @api.constrains("model_id")
    def _check_not_ledger(self):
        for rule in self.filtered(lambda rule: rule.model_id.model in LEDGER_MODELS):
            raise ValidationError(
                self.env._(
                    "Model: no rule on %(model)s. Billing runs would refuse to post "
                    "invoices in bulk. Use the Restrictive Audit Trail of the company.",
                    model=rule.model_id.name,
                )
            )

    def write(self, vals):
        self._check_not_ours()
        return super().write(vals)

    def set_to_draft(self):
        """Override of `auditlog`: before anything is unpatched."""
        self._check_not_ours()
        return super().set_to_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ours(self):
        self._check_not_ours()

    def _check_not_ours(self):
        if self.env.su:
            return
        for rule in self:
            if self._get_watch_options(rule.model_model) is not None:
                raise UserError(
                    self.env._(
                        "Rule %(rule)s belongs to the audit trail of the schools: it "
                        "cannot be changed, switched off or deleted.",
                        rule=rule.name,
                    )
                )

    # === WHAT IS LOGGED === #

    def _make_create(self):
        """Override of `auditlog`: read less, all at once; nobody is excluded."""
        if self._get_watch_options(self.model_model) is None:
            return super()._make_create()
        return make_create()

    def _make_write(self):
        """Override of `auditlog`: read only what was written; nobody is excluded."""
        if self._get_watch_options(self.model_model) is None:
            return super()._make_write()
        return make_write()

    @api.model
    def get_auditlog_fields(self, model):
        """Override of `auditlog`: leave out what is no text or has a log of its own."""
        names = super().get_auditlog_fields(model)
        if self._get_watch_options(model._name) is None:
            return names
        return [
            name
            for name in names
            if model._fields[name].type not in UNLOGGED_TYPES
            and not name.startswith(UNLOGGED_PREFIXES)
        ]

    def create_logs(
        self,
        uid,
        res_model,
        res_ids,
        method,
        old_values=None,
        new_values=None,
        additional_log_values=None,
    ):
        """Override of `auditlog`: create the logs of all records at once."""
        collector = LogCollector()
        # The names of all at once; `auditlog` asks for them one by one.
        self.env[res_model].browse(res_ids).mapped("display_name")
        result = super(
            AuditlogRule, self.with_context(**{COLLECTOR: collector})
        ).create_logs(
            uid,
            res_model,
            res_ids,
            method,
            old_values,
            new_values,
            additional_log_values,
        )
        if collector.vals_list:
            self.env["auditlog.log"].create(collector.vals_list)
        return result

    def _create_log_line_on_create(
        self, log_vals, fields_list, new_values, fields_to_exclude
    ):
        """Override of `auditlog`: fields that were left empty say nothing."""
        commands = super()._create_log_line_on_create(
            log_vals, fields_list, new_values, fields_to_exclude
        )
        return [command for command in commands if command[2]["new_value"]]

    def _create_log_line_on_read(
        self, log_vals, fields_list, read_values, fields_to_exclude
    ):
        """Override of `auditlog`, where deletions are logged as if read."""
        commands = super()._create_log_line_on_read(
            log_vals, fields_list, read_values, fields_to_exclude
        )
        return [command for command in commands if command[2]["old_value"]]

    def _prepare_log_line_vals_on_create(self, log_vals, field, new_values):
        """Override of `auditlog`: values as people read them, no secrets."""
        vals = super()._prepare_log_line_vals_on_create(log_vals, field, new_values)
        return self._finish_line_vals(vals, log_vals, field)

    def _prepare_log_line_vals_on_write(self, log_vals, field, old_values, new_values):
        """Override of `auditlog`: values as people read them, no secrets."""
        vals = super()._prepare_log_line_vals_on_write(
            log_vals, field, old_values, new_values
        )
        return self._finish_line_vals(vals, log_vals, field)

    def _prepare_log_line_vals_on_read(self, log_vals, field, read_values):
        """Override of `auditlog`: values as people read them, no secrets."""
        vals = super()._prepare_log_line_vals_on_read(log_vals, field, read_values)
        return self._finish_line_vals(vals, log_vals, field)

    def _finish_line_vals(self, vals, log_vals, field):
        model = self.env["ir.model"].sudo().browse(log_vals["model_id"]).model
        definition = self.env[model]._fields.get(field["name"])
        secret = definition is not None and self._is_secret(definition)
        labels = None if secret else self._get_labels(definition)
        for side in ("old_value", "new_value"):
            text = f"{side}_text"
            if secret:
                vals[side] = vals[text] = MASK if vals.get(side) else False
            else:
                vals[text] = readable(field["ttype"], vals.get(text), labels)
        return self._drop_missing_side(vals, log_vals)

    @api.model
    def _drop_missing_side(self, vals, log_vals):
        """A new record had no values before, a deleted one has none after."""
        missing = {"create": "old_value", "unlink": "new_value"}.get(log_vals["method"])
        if missing:
            vals[missing] = vals[f"{missing}_text"] = False
        return vals

    @api.model
    def _is_secret(self, field):
        """Return whether a field holds a credential; a hook.

        :param odoo.fields.Field field: of any model
        :rtype: bool
        """
        restricted = field.groups and "base.group_system" in field.groups.split(",")
        return (
            bool(restricted)
            or field.groups == NO_ACCESS
            or any(part in field.name for part in SECRET_NAMES)
        )

    def _get_labels(self, field):
        """Return the words for the values of a selection or boolean, else None."""
        if field is None:
            return None
        if field.type == "boolean":
            return {True: self.env._("Yes"), False: self.env._("No")}
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        return None
