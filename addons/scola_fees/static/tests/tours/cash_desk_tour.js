// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";
import { animationFrame, press } from "@odoo/hoot-dom";

// Everything by keyboard: each step looks at the screen, then presses keys.
const SCREEN = (name) => `.o_scola_cash_desk[data-screen=${name}][data-busy="0"]`;

const keys = (...names) => async () => {
    for (const name of names) {
        await press(name);
        await animationFrame();
    }
};

const type = (text) => async () => {
    for (const character of text) {
        const input = document.activeElement;
        await press(character);
        if (!(input instanceof HTMLInputElement)) {
            throw new Error(`Nothing to type into, but ${input?.tagName}`);
        }
    }
    await animationFrame();
};

registry.category("web_tour.tours").add("scola_cash_desk_tour", {
    steps: () => [
        {
            content: "The opening count is focused: count and open",
            trigger: `${SCREEN("opening")} input[data-focus=count]:focus`,
            run: type("200000"),
        },
        { trigger: `${SCREEN("opening")} input[data-focus=count]:value(200.000)`, run: keys("Enter") },
        {
            content: "The search is focused; scan a card",
            trigger: `${SCREEN("search")} input[data-focus=search]:focus`,
            run: async () => {
                await type("0099887766")();
                await press("Enter");
            },
        },
        {
            content: "The family with all its bills, the total is proposed",
            trigger: `${SCREEN("pay")} input[data-focus=amount]:focus:value(1.200.000)`,
        },
        {
            content: "Take only the oldest bill: leave the second and third out",
            trigger: `${SCREEN("pay")} .o_cd_bill:nth-child(3)`,
            run: keys("ArrowDown", " ", "ArrowDown", " "),
        },
        {
            content: "Enter goes on to the cash tendered",
            trigger: `${SCREEN("pay")} input[data-focus=amount]:value(450.000)`,
            run: keys("Enter"),
        },
        {
            trigger: `${SCREEN("pay")} input[data-focus=tendered]:focus`,
            run: type("500000"),
        },
        {
            trigger: `${SCREEN("pay")} .o_cd_change:contains(50.000)`,
            run: keys("Enter"),
        },
        {
            content: "The receipt with the change; print it on A5",
            trigger: `${SCREEN("done")} .o_cd_done_change:contains(50.000)`,
            run: keys("F10"),
        },
        { trigger: ".o_cd_print_a5 .fa-check", run: keys("F11") },
        { trigger: ".o_cd_print_80mm .fa-check", run: keys("Escape") },
        {
            content: "Back in the search: by part of a name, chosen with the arrows",
            trigger: `${SCREEN("search")} input[data-focus=search]:focus`,
            run: type("santoso"),
        },
        { trigger: `${SCREEN("search")} .o_cd_payer.o_cd_active`, run: keys("Enter") },
        {
            content: "Digits replace the amount; pay by transfer",
            trigger: `${SCREEN("pay")} input[data-focus=amount]:focus:value(750.000)`,
            run: type("550000"),
        },
        { trigger: `input[data-focus=amount]:value(550.000)`, run: keys("F3") },
        {
            content: "Without a reference the console says what is missing",
            trigger: `${SCREEN("pay")} input[data-focus=reference]:focus`,
            run: keys("F9"),
        },
        {
            trigger: `.o_cd_error`,
            run: type("TRX77"),
        },
        { trigger: `input[data-focus=reference]:value(TRX77)`, run: keys("F9") },
        {
            trigger: `${SCREEN("done")} .o_cd_receipt_number`,
            run: keys("Escape"),
        },
        {
            content: "The session shows both; close it with a note missing",
            trigger: `${SCREEN("search")} .o_cd_receipt:nth-child(2)`,
        },
        { trigger: ".o_cd_close_session", run: "click" },
        {
            trigger: `${SCREEN("closing")} input[data-focus=count]:focus`,
            run: type("649000"),
        },
        { trigger: `input[data-focus=count]:value(649.000)`, run: keys("F9") },
        { trigger: `${SCREEN("closed")}` },
    ],
});
