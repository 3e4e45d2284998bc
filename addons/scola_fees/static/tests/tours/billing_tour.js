// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";

// Fields are found by their names, so that the tour runs in any language.
const INPUT = (name) => `div[name=${name}] input`;

const choose = (name, text, scope = "") => [
    { trigger: `${scope} ${INPUT(name)}`, run: `edit ${text}` },
    {
        trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) > a:contains(${text})`,
        run: "click",
    },
];

registry.category("web_tour.tours").add("scola_billing_tour", {
    steps: () => [
        {
            content: "A new fee template",
            trigger: ".o_list_button_add",
            run: "click",
        },
        { trigger: INPUT("name"), run: "edit SPP Wisata" },
        ...choose("year_id", "2026/2027"),
        ...choose("level_id", "SMP"),
        {
            trigger: `${INPUT("auto_enroll")}:checked`,
            run: "click",
        },
        {
            content: "It is valid from this month",
            trigger: "div[name=date_start] :is(input, button)",
            run: "click",
        },
        { trigger: INPUT("date_start"), run: "edit 01/11/2026" },
        {
            content: "One fee with its amount",
            trigger: "div[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...choose("component_id", "SPP", ".o_selected_row"),
        {
            trigger: ".o_selected_row div[name=amount] input",
            run: "edit 475000",
        },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "Enrol a class",
            trigger: ".o_form_saved button[name=action_bulk_enroll]",
            run: "click",
        },
        ...choose("classroom_ids", "VII A", ".modal"),
        { trigger: ".modal button[name=action_enroll]", run: "click" },
        {
            content: "The three students of the class are enrolled",
            trigger: "body:not(:has(.modal)) .o_list_view .o_data_row:nth-child(3) td[name=template_id]",
        },
    ],
});

registry.category("web_tour.tours").add("scola_billing_run_tour", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            content: "Preview the month",
            trigger: "button[name=action_plan]",
            run: "click",
        },
        {
            content: "Who gets what, and why",
            trigger: "div[name=line_ids] .o_data_row:nth-child(3) td[name=explanation]:contains(SPP 475.000)",
        },
        { trigger: "button[name=action_post]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        {
            content: "The background job has it now; the bar tells how far it is",
            trigger: ".o_scola_billing_progress .progress-bar-animated",
        },
        {
            content: "It moves by itself until all is billed",
            trigger: ".o_scola_billing_progress .bg-success:contains(100)",
            timeout: 50000,
        },
        {
            trigger: "div[name=line_ids] .o_data_row:nth-child(3) .text-bg-success",
        },
    ],
});
