// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const SHOWN_FOR = 2500; // milliseconds

/** Buttons that copy an amount or a number as it is typed into a bank's app. */
export class CopyValue extends Interaction {
    static selector = ".o_payment_va_copying";
    dynamicContent = {
        "[data-copy]": { "t-on-click": this.onCopy },
    };

    async onCopy(ev) {
        const button = ev.currentTarget;
        await this.waitFor(this.copy(button.dataset.copy));
        this.show(button, true);
        this.announce();
        this.waitForTimeout(() => this.show(button, false), SHOWN_FOR);
    }

    async copy(text) {
        try {
            await browser.navigator.clipboard.writeText(text);
        } catch {
            this.copyByHand(text); // no https, or an old browser within an app
        }
    }

    copyByHand(text) {
        const area = document.createElement("textarea");
        area.value = text;
        area.setAttribute("readonly", "");
        area.className = "o_payment_va_clipboard";
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
    }

    show(button, copied) {
        button.querySelector("[data-role='copied']").classList.toggle("d-none", !copied);
        button.querySelector("[data-role='copy']").classList.toggle("d-none", copied);
    }

    announce() {
        const region = this.el.querySelector("[data-role='announce']");
        const text = this.el.querySelector("[data-role='text-copied']");
        if (region && text) {
            region.textContent = text.textContent;
        }
    }
}

registry.category("public.interactions").add("payment_va.copy_value", CopyValue);
