// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import { Component, onMounted, onWillUnmount, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { uuid } from "@web/core/utils/strings";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { AmountInput } from "./amount_input";
import { CashCount } from "./cash_count";
import { allocate, formatRupiah, suggestTendered } from "./money";

const MODEL = "scola.cash.desk";
const SEARCH_DELAY = 180;
const METHOD_KEYS = { F2: "cash", F3: "transfer", F4: "edc" };

/**
 * The console at the window. One key press from one family to the next:
 * search, bills, payment, receipt, search.
 */
export class CashDesk extends Component {
    static template = "scola_fees.CashDesk";
    static components = { AmountInput, CashCount };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.root = useRef("root");
        this.formatRupiah = formatRupiah;
        this.state = useState({
            screen: "loading",
            busy: false,
            error: "",
            focus: { name: "", tick: 0 },
            desk: {},
            session: false,
            search: { query: "", payers: [], answered: "", active: 0, waiting: false },
            family: null,
            pay: {},
            receipt: null,
            count: { amount: 0, counts: {}, journalId: false, note: "" },
            closed: null,
        });
        this.searchTimer = null;
        this.searchTicket = 0;
        useExternalListener(window, "keydown", this.onKeydown.bind(this), { capture: true });
        useExternalListener(window, "blur", this.takeFocusBack.bind(this));
        useEffect(
            () => this.applyFocus(),
            () => [this.state.screen, this.state.focus.name, this.state.focus.tick]
        );
        onMounted(() => this.load());
        onWillUnmount(() => {
            browser.clearTimeout(this.searchTimer);
            this.frame?.remove();
        });
    }

    // --- server ---------------------------------------------------------------------

    /**
     * Call the desk; on an error say what the server says, in the console itself.
     *
     * @returns {Promise<any|undefined>} undefined after an error
     */
    async call(method, kwargs = {}) {
        this.state.busy = true;
        try {
            const answer = await this.orm.silent.call(MODEL, method, [], kwargs);
            this.state.error = "";
            return answer;
        } catch (error) {
            this.showError(error);
        } finally {
            this.state.busy = false;
        }
    }

    showError(error) {
        if (error instanceof RPCError) {
            this.state.error = error.data?.message || error.message;
        } else {
            // The same payment may be sent again: its number makes sure that it counts once.
            this.state.error = _t(
                "No connection to the server. Check the network and try again; nothing is booked twice."
            );
        }
    }

    async load() {
        const desk = await this.call("load");
        if (!desk) {
            this.state.screen = "blocked";
            return;
        }
        this.state.desk = desk;
        this.state.session = desk.session;
        if (desk.session) {
            this.goToSearch();
        } else {
            this.goToOpening();
        }
    }

    async refreshSession() {
        const session = await this.call("refresh_session", { session_id: this.state.session.id });
        if (session) {
            this.state.session = session;
        }
    }

    // --- focus and keys --------------------------------------------------------------

    focus(name) {
        this.state.focus.name = name;
        this.state.focus.tick++;
    }

    applyFocus() {
        const name = this.state.focus.name;
        const element = name && this.root.el?.querySelector(`[data-focus="${name}"]`);
        if (element) {
            element.focus({ preventScroll: true });
            element.select?.();
        }
    }

    get focused() {
        const element = document.activeElement;
        return this.root.el?.contains(element) ? element.dataset.focus || "" : "";
    }

    onKeydown(ev) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey || !this.isOnTop()) {
            return;
        }
        const handler = {
            search: this.onSearchKey,
            pay: this.onPayKey,
            done: this.onDoneKey,
            opening: this.onOpeningKey,
            closing: this.onClosingKey,
            closed: this.onClosedKey,
        }[this.state.screen];
        if (handler && handler.call(this, ev)) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    /** @returns {boolean} whether no dialog or menu of the web client is above us */
    isOnTop() {
        const active = document.activeElement;
        return (
            !document.querySelector(".modal.show, .o-dropdown--menu, .o_command_palette") &&
            (active === document.body ||
                active === this.frame ||
                this.root.el?.contains(active))
        );
    }

    isTextInput(element) {
        return element?.tagName === "TEXTAREA" || element?.dataset?.text === "1";
    }

    // --- opening and closing ---------------------------------------------------------

    goToOpening() {
        const journals = this.state.desk.journals;
        Object.assign(this.state.count, {
            amount: journals[0]?.previous || 0,
            counts: {},
            journalId: journals[0]?.id || false,
            note: "",
        });
        this.state.screen = "opening";
        this.focus("count");
    }

    get openingJournal() {
        return this.state.desk.journals.find((j) => j.id === this.state.count.journalId);
    }

    selectJournal(journal) {
        this.state.count.journalId = journal.id;
        this.setCount(journal.previous, {});
        this.focus("count");
    }

    setCount(amount, counts) {
        this.state.count.amount = amount;
        this.state.count.counts = counts;
    }

    onOpeningKey(ev) {
        if (ev.key === "Enter" || ev.key === "F9") {
            this.openSession();
            return true;
        }
    }

    async openSession() {
        if (this.state.busy || !this.state.count.journalId) {
            return;
        }
        const { journalId, amount, counts } = this.state.count;
        const desk = await this.call("open_session", {
            journal_id: journalId,
            opening_amount: amount,
            denominations: this.cleanCounts(counts),
        });
        if (desk) {
            this.state.desk = desk;
            this.state.session = desk.session;
            this.goToSearch();
        }
    }

    cleanCounts(counts) {
        return Object.fromEntries(Object.entries(counts).filter(([, count]) => count));
    }

    async goToClosing() {
        await this.refreshSession();
        Object.assign(this.state.count, { amount: 0, counts: {}, note: "" });
        this.state.screen = "closing";
        this.focus("count");
    }

    get difference() {
        return this.state.count.amount - this.state.session.expected;
    }

    onClosingKey(ev) {
        if (ev.key === "Escape") {
            this.goToSearch();
            return true;
        }
        if (ev.key === "F9") {
            this.closeSession();
            return true;
        }
    }

    async closeSession() {
        if (this.state.busy) {
            return;
        }
        const { amount, counts, note } = this.state.count;
        const closed = await this.call("close_session", {
            session_id: this.state.session.id,
            closing_amount: amount,
            denominations: this.cleanCounts(counts),
            note,
        });
        if (closed) {
            this.state.closed = closed;
            this.state.session = false;
            this.state.screen = "closed";
        }
    }

    onClosedKey(ev) {
        if (ev.key === "Enter") {
            this.load();
            return true;
        }
    }

    // --- search ----------------------------------------------------------------------

    goToSearch(query = "") {
        this.searchTicket++;
        Object.assign(this.state.search, {
            query,
            payers: [],
            answered: "",
            active: 0,
            waiting: false,
        });
        this.state.error = "";
        this.state.family = null;
        this.state.receipt = null;
        this.state.screen = "search";
        this.focus("search");
        if (query) {
            this.onQuery(query);
        }
    }

    onQuery(query) {
        this.state.search.query = query;
        browser.clearTimeout(this.searchTimer);
        if (query.trim().length < 2) {
            Object.assign(this.state.search, { payers: [], answered: "" });
            return;
        }
        this.searchTimer = browser.setTimeout(() => this.runSearch(false), SEARCH_DELAY);
    }

    /** @param {boolean} byEnter whether the cashier or the scanner ended it with Enter */
    async runSearch(byEnter) {
        browser.clearTimeout(this.searchTimer);
        const search = this.state.search;
        const query = search.query.trim();
        const ticket = ++this.searchTicket;
        search.waiting = true;
        const answer = await this.call("search_payers", { query });
        if (ticket !== this.searchTicket) {
            return; // typed on in the meantime
        }
        search.waiting = false;
        if (!answer) {
            return;
        }
        Object.assign(search, { payers: answer.payers, answered: query, active: 0 });
        if (byEnter && (answer.exact || answer.payers.length === 1)) {
            await this.openFamily(answer.exact || answer.payers[0].id);
        }
    }

    onSearchKey(ev) {
        const search = this.state.search;
        const last = search.payers.length - 1;
        switch (ev.key) {
            case "ArrowDown":
                search.active = Math.min(search.active + 1, Math.max(last, 0));
                return true;
            case "ArrowUp":
                search.active = Math.max(search.active - 1, 0);
                return true;
            case "Escape":
                this.goToSearch();
                return true;
            case "Enter":
                this.chooseOrSearch();
                return true;
        }
        if (ev.key.length === 1 && this.focused !== "search") {
            this.focus("search");
        }
        return false;
    }

    chooseOrSearch() {
        const search = this.state.search;
        if (search.query.trim().length < 2) {
            return;
        }
        // A scanner is faster than the list: what is shown may belong to less digits.
        if (search.answered === search.query.trim() && search.payers.length) {
            this.openFamily(search.payers[search.active].id);
        } else {
            this.runSearch(true);
        }
    }

    // --- family ----------------------------------------------------------------------

    async openFamily(familyId) {
        const family = await this.call("get_family", { family_id: familyId });
        if (!family) {
            return;
        }
        browser.clearTimeout(this.searchTimer);
        this.searchTicket++;
        this.setFamily(family);
        this.state.pay = this.newPayment(family);
        this.resetAmount();
        this.state.screen = "pay";
        this.focus("amount");
    }

    setFamily(family) {
        family.bills = family.bills.map((bill) => ({
            ...bill,
            selected: bill.payable,
            chosen: null,
        }));
        this.state.family = family;
    }

    newPayment() {
        return {
            method: "cash",
            amount: 0,
            touched: false,
            tendered: null,
            reference: "",
            bank: {},
            payer: "",
            useDeposit: false,
            active: 0,
            askRest: false,
            uuid: uuid() + uuid(),
        };
    }

    /** Show the family as it is now, keeping what the cashier had entered. */
    async reloadFamily() {
        const error = this.state.error;
        const family = await this.call("get_family", { family_id: this.state.family.id });
        this.state.error = error;
        if (family) {
            this.setFamily(family);
            this.state.pay.active = 0;
            this.state.pay.useDeposit &&= family.deposit > 0;
            this.state.pay.touched = false;
            this.resetAmount();
        }
    }

    get selectedBills() {
        return this.state.family.bills.filter((bill) => bill.selected);
    }

    /** What the selected bills come to, with the amounts chosen for some of them. */
    get due() {
        return this.selectedBills.reduce((sum, bill) => sum + (bill.chosen ?? bill.residual), 0);
    }

    get depositUsed() {
        const { useDeposit } = this.state.pay;
        return useDeposit ? Math.min(this.state.family.deposit, this.due) : 0;
    }

    get toPay() {
        return Math.max(this.due - this.depositUsed, 0);
    }

    get allocation() {
        return allocate(this.state.pay.amount + this.depositUsed, this.selectedBills);
    }

    get tendered() {
        return this.state.pay.tendered ?? this.state.pay.amount;
    }

    get change() {
        return Math.max(this.tendered - this.state.pay.amount, 0);
    }

    get suggestions() {
        return suggestTendered(this.state.pay.amount);
    }

    get banks() {
        return this.state.session.banks[this.state.pay.method] || [];
    }

    get bankId() {
        return this.state.pay.bank[this.state.pay.method] || this.banks[0]?.id || false;
    }

    get methods() {
        return [
            { code: "cash", key: "F2", name: _t("Cash"), icon: "fa-money" },
            { code: "transfer", key: "F3", name: _t("Transfer"), icon: "fa-university" },
            { code: "edc", key: "F4", name: _t("Card (EDC)"), icon: "fa-credit-card" },
        ];
    }

    part(bill) {
        return bill.selected ? this.allocation.parts[bill.id] || 0 : 0;
    }

    resetAmount() {
        const pay = this.state.pay;
        pay.askRest = false;
        if (!pay.touched) {
            pay.amount = this.toPay;
            pay.tendered = null;
        }
    }

    setAmount(amount) {
        Object.assign(this.state.pay, { amount, touched: true, askRest: false, tendered: null });
    }

    setTendered(amount) {
        this.state.pay.tendered = amount;
    }

    setMethod(method) {
        this.state.pay.method = method;
        this.state.pay.askRest = false;
        this.focus(method === "cash" ? "amount" : "reference");
    }

    toggleBill(bill) {
        if (!bill.payable) {
            this.state.error = _t(
                "This bill is of %(school)s. Pay it in a session of that school.",
                { school: bill.school }
            );
            return;
        }
        bill.selected = !bill.selected;
        bill.chosen = null;
        this.state.pay.touched = false;
        this.resetAmount();
    }

    setChosen(bill, amount) {
        bill.chosen = Math.min(amount, bill.residual);
        bill.selected = true;
        this.state.pay.touched = false;
        this.resetAmount();
    }

    toggleDeposit() {
        if (this.state.family.deposit > 0 && this.due) {
            this.state.pay.useDeposit = !this.state.pay.useDeposit;
            this.state.pay.touched = false;
            this.resetAmount();
            this.focus("amount");
        }
    }

    /** Treat what is above the bills as cash to give change for, not as a deposit. */
    giveChange() {
        const pay = this.state.pay;
        const tendered = pay.amount;
        pay.touched = false;
        this.resetAmount();
        pay.tendered = tendered;
        this.focus("tendered");
    }

    move(step) {
        const bills = this.state.family.bills;
        const pay = this.state.pay;
        pay.active = Math.max(0, Math.min(pay.active + step, bills.length - 1));
        this.root.el.querySelectorAll(".o_cd_bill")[pay.active]?.scrollIntoView({ block: "nearest" });
        if (this.focused.startsWith("chosen")) {
            this.focus(`chosen-${bills[pay.active].id}`);
        }
    }

    onPayKey(ev) {
        const bill = this.state.family.bills[this.state.pay.active];
        if (METHOD_KEYS[ev.key]) {
            this.setMethod(METHOD_KEYS[ev.key]);
            return true;
        }
        switch (ev.key) {
            case "Escape":
                this.goToSearch();
                return true;
            case "ArrowDown":
                this.move(1);
                return true;
            case "ArrowUp":
                this.move(-1);
                return true;
            case "F6":
                this.toggleDeposit();
                return true;
            case "F7":
                if (bill?.payable) {
                    this.focus(`chosen-${bill.id}`);
                }
                return true;
            case "F8":
                if (this.state.pay.askRest && this.state.pay.method === "cash") {
                    this.giveChange();
                }
                return true;
            case "F9":
                this.pay();
                return true;
            case "Enter":
                return this.onPayEnter();
            case " ":
                if (!this.isTextInput(document.activeElement)) {
                    if (bill) {
                        this.toggleBill(bill);
                    }
                    return true;
                }
                return false;
        }
        if (/^\d$/.test(ev.key) && document.activeElement.tagName !== "INPUT") {
            this.focus("amount");
        }
        return false;
    }

    onPayEnter() {
        const focused = this.focused;
        if (focused.startsWith("chosen") || focused === "payer") {
            this.focus("amount");
        } else if (focused === "amount" && !this.state.pay.askRest && this.state.pay.amount) {
            this.focus(this.state.pay.method === "cash" ? "tendered" : "reference");
        } else {
            this.pay();
        }
        return true;
    }

    /** @returns {string} why this payment cannot be sent, if so */
    checkPayment() {
        const pay = this.state.pay;
        if (!pay.amount && !this.depositUsed) {
            return _t("Amount: enter what was received.");
        }
        if (this.allocation.short) {
            return _t("Amount: the amounts chosen for the bills come to %(amount)s more.", {
                amount: formatRupiah(this.allocation.short),
            });
        }
        if (pay.amount && pay.method === "cash" && this.tendered < pay.amount) {
            return _t(
                "Cash Tendered: less than the amount. Lower the amount for a part payment."
            );
        }
        if (pay.amount && pay.method !== "cash" && !pay.reference.trim()) {
            this.focus("reference");
            return _t("Bank Reference: enter the number on the transfer or card slip.");
        }
        return "";
    }

    async pay() {
        const pay = this.state.pay;
        if (this.state.busy) {
            return;
        }
        this.state.error = this.checkPayment();
        if (this.state.error) {
            return;
        }
        if (this.allocation.rest && !pay.askRest) {
            pay.askRest = true;
            return;
        }
        const receipt = await this.call("pay", this.preparePayment());
        if (receipt) {
            this.showReceipt(receipt);
        } else if (this.state.error) {
            await this.reloadFamily();
        }
    }

    preparePayment() {
        const pay = this.state.pay;
        const isBank = pay.method !== "cash";
        return {
            session_id: this.state.session.id,
            family_id: this.state.family.id,
            method: pay.method,
            amount: pay.amount,
            deposit: this.depositUsed,
            tendered: isBank ? null : this.tendered,
            reference: isBank ? pay.reference : null,
            bank_journal_id: isBank ? this.bankId : null,
            payer_name: pay.payer,
            request_uuid: pay.uuid,
            bills: this.selectedBills.map((bill) => ({
                id: bill.id,
                residual: bill.residual,
                amount: bill.chosen,
            })),
        };
    }

    // --- receipt ---------------------------------------------------------------------

    showReceipt(receipt, isCopy = false) {
        this.state.receipt = {
            ...receipt,
            isCopy,
            email: receipt.emails.join(", "),
            sent: "",
            printed: "",
        };
        this.state.screen = "done";
        this.focus("next");
        this.refreshSession();
    }

    async openReceipt(receiptId) {
        const receipt = await this.call("get_receipt", { receipt_id: receiptId });
        if (receipt) {
            this.showReceipt(receipt, true);
        }
    }

    onDoneKey(ev) {
        const typing = this.isTextInput(document.activeElement);
        switch (ev.key) {
            case "Escape":
                this.goToSearch();
                return true;
            case "Enter":
                if (typing) {
                    this.sendEmail();
                } else {
                    this.goToSearch();
                }
                return true;
            case "F7":
                if (typing) {
                    this.sendEmail();
                } else {
                    this.focus("email");
                }
                return true;
            case "F10":
                this.print("a5");
                return true;
            case "F11":
                this.print("80mm");
                return true;
        }
        if (!typing && ev.key.length === 1 && ev.key !== " ") {
            this.goToSearch(ev.key); // the next card is being scanned already
            return true;
        }
        return false;
    }

    /** Fetch the PDF first, so that an error is shown and never printed. */
    async print(format) {
        const receipt = this.state.receipt;
        receipt.printed = "waiting";
        const name = `scola_fees.report_cash_receipt_${format}`;
        try {
            const response = await browser.fetch(`/report/pdf/${name}/${receipt.id}`);
            if (!response.ok) {
                throw new Error(response.statusText);
            }
            this.printBlob(await response.blob());
            receipt.printed = format;
        } catch {
            receipt.printed = "";
            this.state.error = _t("The receipt could not be printed. Try again.");
        }
    }

    printBlob(blob) {
        this.frame?.remove();
        const frame = document.createElement("iframe");
        const url = URL.createObjectURL(blob);
        // Not hidden altogether: Firefox does not print what is not displayed.
        frame.className = "o_scola_cash_desk_print";
        frame.inert = true;
        frame.onload = () => {
            try {
                frame.contentWindow.print();
            } catch {
                browser.open(url); // a browser that does not let frames print
            }
            this.takeFocusBack();
        };
        frame.src = url;
        this.frame = frame;
        document.body.append(frame);
    }

    /** A viewer in the frame takes the focus when it is ready, whenever that is. */
    takeFocusBack() {
        browser.setTimeout(() => {
            if (document.activeElement === this.frame) {
                this.frame.blur();
                window.focus();
                this.applyFocus();
            }
        });
    }

    async sendEmail() {
        const receipt = this.state.receipt;
        const typed = receipt.email.trim();
        const known = receipt.emails.join(", ");
        const addresses = await this.call("email_receipt", {
            receipt_id: receipt.id,
            email: typed && typed !== known ? typed : null,
        });
        if (addresses) {
            receipt.sent = addresses.join(", ");
            this.focus("next");
        }
    }

    // --- display ---------------------------------------------------------------------

    get methodNames() {
        return {
            cash: _t("Cash"),
            transfer: _t("Transfer"),
            edc: _t("Card (EDC)"),
            deposit: _t("Deposit"),
        };
    }

    formatDay(date) {
        return date ? deserializeDate(date).setLocale(user.lang).toFormat("d LLL yyyy") : "";
    }

    formatTime(datetime) {
        return deserializeDateTime(datetime).toFormat("HH:mm");
    }

    get selectedText() {
        return _t("%(selected)s of %(total)s bills selected", {
            selected: this.selectedBills.length,
            total: this.state.family.bills.length,
        });
    }

    get nobodyText() {
        return _t("Nobody found for “%(query)s”", { query: this.state.search.answered });
    }

    get restText() {
        return _t("%(amount)s more than the bills.", {
            amount: formatRupiah(this.allocation.rest),
        });
    }

    get sentText() {
        return _t("On its way to %(addresses)s", { addresses: this.state.receipt.sent });
    }

    overdueText(bill) {
        return _t("%(days)s days late", { days: bill.overdue_days });
    }
}

registry.category("actions").add("scola_fees.cash_desk", CashDesk);
