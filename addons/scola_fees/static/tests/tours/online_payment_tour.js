// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";

const BILLS = ".o_payment_va_bills";

const checkText = (selector, text) => () => {
    const shown = document.querySelector(selector).textContent.replace(/\u00a0/g, " ");
    if (!shown.includes(text)) {
        throw new Error(`${selector} shows "${shown}", not "${text}"`);
    }
};

const checkWidth = () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`The page is ${scrollWidth} px wide on ${clientWidth} px`);
    }
};

registry.category("web_tour.tours").add("scola_online_payment_tour", {
    steps: () => [
        {
            content: "The card on the home page",
            trigger: ".o_portal_index_card:not(.d-none) a[href='/my/payments/bills']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Two children, all bills chosen",
            trigger: `${BILLS} [data-role=all]:checked`,
            run: () => {
                checkText("[data-role=sum]", "Rp 900.000")();
                checkWidth();
            },
        },
        {
            content: "None of them",
            trigger: `${BILLS} [data-role=all]`,
            run: "click",
        },
        { trigger: `${BILLS} [data-role=submit]:disabled` },
        {
            content: "All of the first child",
            trigger: `${BILLS} [data-role=group-all]:first`,
            run: "click",
        },
        {
            content: "One child alone",
            trigger: `${BILLS} [data-role=submit]:enabled`,
            run: checkText("[data-role=sum]", "Rp 450.000"),
        },
        {
            content: "And the bill of the second child",
            trigger: `${BILLS} input[name=bill]:not(:checked)`,
            run: "click",
        },
        {
            content: "Both",
            trigger: `${BILLS} [data-role=all]:checked`,
            run: checkText("[data-role=sum]", "Rp 900.000"),
        },
        {
            content: "On to the ways to pay",
            trigger: `${BILLS} [data-role=submit]`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What it costs stands beside the bank",
            trigger: "[data-payment-method-code=bri]",
            run: () => {
                checkText("[name=payment_va_terms]", "Rp 904.440")();
                checkWidth();
            },
        },
        {
            content: "Choose the bank",
            trigger: "[data-payment-method-code=bri]",
            run: "click",
        },
        {
            content: "Pay",
            trigger: "[name=o_payment_submit_button]:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The number, and how long it is good for",
            trigger: "[data-state=waiting] [data-role=clock]:not(:empty)",
            run: () => {
                checkText(".o_payment_va_value", "Rp 904.440")();
                checkWidth();
            },
        },
        {
            content: "Copy the number",
            trigger: "[data-copy^='13282']",
            run: "click",
        },
        { trigger: "[data-copy^='13282'] [data-role=copied]:not(.d-none)" },
        {
            content: "Look at the steps",
            trigger: ".o_payment_va_steps summary:contains(BRImo)",
            run: "click",
        },
        { trigger: ".o_payment_va_steps[open] li:contains(BRIVA)" },
        {
            content: "Nothing has come in yet",
            trigger: "[data-role=check]",
            run: "click",
        },
        { trigger: "[data-role=announce]:not(:empty)" },
        {
            content: "The bank tells us while the page is open; it turns by itself",
            trigger: "[data-state=waiting]",
            run: () => fetch("/my/payments"),
            expectUnloadPage: true,
        },
        {
            content: "The receipt of both children",
            trigger: "[data-state=paid] a[href*='/receipt/']",
            run: async () => {
                checkText("[data-state=paid]", "Ani Siti")();
                checkText("[data-state=paid]", "Budi Siti")();
                checkWidth();
                const link = document.querySelector("a[href*='/receipt/']");
                const response = await fetch(link.href);
                const type = response.headers.get("Content-Type");
                if (!response.ok || type !== "application/pdf") {
                    throw new Error(`The receipt is ${response.status}, ${type}`);
                }
            },
        },
        {
            content: "Back to the bills: none is left",
            trigger: "a[href$='/my/payments/bills']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_payment_va .alert-success" },
    ],
});
