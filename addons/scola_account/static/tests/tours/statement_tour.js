// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";

const STATEMENTS = ["position", "income", "net_assets", "cash_direct", "cash_indirect"];

// One tour per statement: from the wizard to a figure and the entries that make it.
for (const statement of STATEMENTS) {
    registry.category("web_tour.tours").add(`scola_statement_${statement}_tour`, {
        steps: () => [
            {
                content: "Choose the statement",
                trigger: `div[name=statement] input[data-value=${statement}]`,
                run: "click",
            },
            { trigger: "button[name=action_open]", run: "click" },
            {
                content: "Open a figure",
                trigger: ".mis_builder a.mis_builder_drilldown",
                run: "click",
            },
            {
                content: "Its journal items",
                trigger: ".o_list_view .o_data_row .o_data_cell[name=account_id]",
            },
        ],
    });
}
