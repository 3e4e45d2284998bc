// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";

// Buttons and fields are found by their names, so that the tours run in any language.

registry.category("web_tour.tours").add("account_payment_approval_tour", {
    steps: () => [
        {
            content: "The request that waits for me",
            trigger: ".o_data_row td[name=reference]:contains(TOUR)",
            run: "click",
        },
        {
            content: "What it is about",
            trigger: ".o_form_view div[name=description]:contains(Buku)",
        },
        { trigger: "button[name=action_approve]", run: "click" },
        {
            content: "It is approved, and no longer mine",
            trigger:
                ".o_form_view:not(:has(button[name=action_approve])) .o_arrow_button_current[data-value=approved]",
        },
    ],
});

registry.category("web_tour.tours").add("account_payment_approval_request_tour", {
    steps: () => [
        {
            content: "The bill says that it needs approval",
            trigger: ".o_form_view .alert div[name=approval_text]",
        },
        { trigger: "button[name=action_request_approval]", run: "click" },
        {
            content: "It waits, and cannot be requested twice",
            trigger:
                ".o_form_view:not(:has(button[name=action_request_approval])) .alert button[name=action_open_approval]",
        },
        {
            content: "It is not confirmed before it is approved",
            trigger: ".o_form_view:not(:has(button[name=action_post]))",
        },
    ],
});
