// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Milliseconds between two looks at the status: often at first, then less and less. */
const POLL_DELAYS = [3000, 5000, 5000, 5000, 10000, 10000, 15000, 20000, 30000];
const OPEN_STATES = ["waiting", "checking", "expired", "superseded"];

/**
 * The page on which a payer waits: counts down, and loads itself again as soon as the
 * state is another one. Odoo's bus tells when; where it does not reach (no websocket,
 * phone asleep) the page asks.
 */
export class WaitingPage extends Interaction {
    static selector = ".o_payment_va_waiting";
    dynamicContent = {
        "[data-role='check']": { "t-on-click": this.onCheck },
        _document: { "t-on-visibilitychange": this.onVisible },
    };

    setup() {
        const { now, expires } = this.el.dataset;
        // The phone's clock may be wrong: only the server's counts.
        this.offset = Date.parse(now) - Date.now();
        this.expires = expires ? Date.parse(expires) : null;
        this.polls = 0;
    }

    start() {
        if (!OPEN_STATES.includes(this.el.dataset.state)) {
            return;
        }
        this.listen();
        this.tick();
        this.poll();
    }

    // === STATUS === //

    listen() {
        const channel = this.el.dataset.busChannel;
        const bus = this.services.bus_service;
        if (!channel || !bus) {
            return;
        }
        const onStatus = () => this.check();
        bus.subscribe("payment_va.status", onStatus);
        bus.addChannel(channel);
        this.registerCleanup(() => {
            bus.unsubscribe("payment_va.status", onStatus);
            bus.deleteChannel(channel);
        });
    }

    poll() {
        const delay = POLL_DELAYS[Math.min(this.polls++, POLL_DELAYS.length - 1)];
        this.waitForTimeout(async () => {
            if (!document.hidden) {
                await this.waitFor(this.check());
            }
            this.poll();
        }, delay);
    }

    /** Load the page again if the state has changed; return whether it has. */
    async check() {
        try {
            const response = await browser.fetch(this.el.dataset.statusUrl, {
                headers: { Accept: "application/json" },
                cache: "no-store",
            });
            const { state } = await response.json();
            if (response.ok && state && state !== this.el.dataset.state) {
                browser.location.reload();
                return true;
            }
        } catch {
            // No network for a moment: the next look will tell.
        }
        return false;
    }

    async onCheck(ev) {
        const button = ev.currentTarget;
        button.disabled = true;
        const changed = await this.waitFor(this.check());
        if (!changed) {
            button.disabled = false;
            const text = this.el.querySelector("[data-role='text-waiting']");
            this.announce(text.textContent);
        }
    }

    /** Somebody comes back from the bank's app. */
    onVisible() {
        if (!document.hidden && OPEN_STATES.includes(this.el.dataset.state)) {
            this.polls = 0;
            this.check();
        }
    }

    announce(text) {
        const region = this.el.querySelector("[data-role='announce']");
        region.textContent = text;
        region.classList.remove("visually-hidden");
    }

    // === COUNTDOWN === //

    tick() {
        const clock = this.el.querySelector("[data-role='clock']");
        if (!clock || !this.expires) {
            return;
        }
        const left = Math.max(0, this.expires - (Date.now() + this.offset));
        clock.textContent = this.formatLeft(Math.floor(left / 1000));
        if (left) {
            this.waitForTimeout(() => this.tick(), 1000);
        } else {
            this.check();
        }
    }

    formatLeft(seconds) {
        const parts = [
            Math.floor(seconds / 3600),
            Math.floor(seconds / 60) % 60,
            seconds % 60,
        ];
        return parts.map((part) => String(part).padStart(2, "0")).join(":");
    }
}

registry.category("public.interactions").add("payment_va.waiting_page", WaitingPage);
