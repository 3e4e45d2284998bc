// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";

// Buttons and fields are found by their names, so that the tour runs in any language.
registry.category("web_tour.tours").add("l10n_id_bank_statement_proposals_tour", {
    steps: () => [
        {
            content: "Choose the journal and propose",
            trigger: "button[name=action_propose]",
            run: "click",
        },
        {
            content: "What explains the line, and why",
            trigger: ".o_data_row td[name=reason]:contains(132820000000123)",
        },
        {
            content: "Accept it",
            trigger: ".o_data_row button[name=action_accept]",
            run: "click",
        },
        {
            content: "Nothing is left to do",
            trigger: ".o_list_view:not(:has(.o_data_row))",
        },
    ],
});
