// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * The list of open bills: boxes for all of them and for all of one child, and the sum
 * of those that are ticked. Without it the form works as well, but for the sum.
 */
export class CheckoutBills extends Interaction {
    static selector = ".o_payment_va_bills";
    dynamicContent = {
        "[data-role='all']": { "t-on-change": this.onToggleAll },
        "[data-role='group-all']": { "t-on-change": this.onToggleGroup },
        "[name='bill']": { "t-on-change": this.update },
    };

    setup() {
        const currency = this.el.dataset.currency;
        this.format = new Intl.NumberFormat(currency === "IDR" ? "id-ID" : undefined, {
            style: "currency",
            currency,
            ...(currency === "IDR" && { maximumFractionDigits: 0 }),
        });
    }

    start() {
        this.update();
        // Browsers tick again what was ticked when the payer comes back.
        this.addListener(window, "pageshow", this.update);
    }

    onToggleAll(ev) {
        this.toggle(this.el, ev.currentTarget.checked);
    }

    onToggleGroup(ev) {
        this.toggle(ev.currentTarget.closest("[data-role='group']"), ev.currentTarget.checked);
    }

    toggle(el, checked) {
        for (const box of this.getBoxes(el)) {
            box.checked = checked;
        }
        this.update();
    }

    getBoxes(el) {
        return [...el.querySelectorAll("[name='bill']")];
    }

    update() {
        const chosen = this.getBoxes(this.el).filter((box) => box.checked);
        const sum = chosen.reduce((total, box) => total + Number(box.dataset.amount), 0);
        const get = (role) => this.el.querySelector(`[data-role='${role}']`);
        get("count").textContent = chosen.length;
        get("sum").textContent = this.format.format(
            this.el.dataset.currency === "IDR" ? Math.ceil(sum) : sum
        );
        get("submit").disabled = !chosen.length;
        this.updateParent(get("all"), this.el);
        for (const group of this.el.querySelectorAll("[data-role='group']")) {
            this.updateParent(group.querySelector("[data-role='group-all']"), group);
        }
    }

    updateParent(box, el) {
        const boxes = this.getBoxes(el);
        const checked = boxes.filter((child) => child.checked).length;
        box.checked = checked === boxes.length;
        box.indeterminate = checked > 0 && checked < boxes.length;
    }
}

registry.category("public.interactions").add("payment_va.checkout_bills", CheckoutBills);
