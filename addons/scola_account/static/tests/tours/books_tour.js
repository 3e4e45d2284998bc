// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";

// Each tile shows figures, and one of them leads to what it is made of.
registry.category("web_tour.tours").add("scola_books_tour", {
    steps: () => [
        ...["result", "receivables", "bank_lines", "bills", "closing"].map((name) => ({
            content: `Figures of ${name}`,
            trigger: `.o_scola_books section[data-tile=${name}] tbody tr td`,
        })),
        {
            content: "Open bank and cash",
            trigger: ".o_scola_books section[data-tile=money] tbody tr button",
            run: "click",
        },
        {
            content: "Its journal items",
            trigger: ".o_list_view .o_data_row .o_data_cell[name=account_id]",
        },
    ],
});
