// Copyright 2026 Scola contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

/** Amounts are whole rupiah; above this a card number was typed into the amount. */
export const MAX_AMOUNT = 999999999999;

/** Notes and coins in circulation. */
export const DENOMINATIONS = [100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100];

/** @returns {string} "450.000" whatever the language of the user */
export function formatNumber(amount) {
    return String(Math.abs(amount)).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
}

/** @returns {string} "Rp 450.000", the spaces not breaking */
export function formatRupiah(amount) {
    return `${amount < 0 ? "-" : ""}Rp\u00a0${formatNumber(amount)}`;
}

/** @returns {number} what the digits in a text say */
export function parseNumber(text) {
    return Math.min(Number(String(text).replace(/\D/g, "") || 0), MAX_AMOUNT);
}

/**
 * Share an amount out as the server will: chosen amounts first, then oldest first.
 *
 * @param {number} amount
 * @param {Array<{id: number, residual: number, chosen: number|null}>} bills by due date
 * @returns {{parts: Object<number, number>, rest: number, short: number}} rest is left
 *      over, short is what the chosen amounts lack
 */
export function allocate(amount, bills) {
    const wanted = bills.reduce((sum, bill) => sum + (bill.chosen ?? 0), 0);
    let free = Math.max(amount - wanted, 0);
    const parts = {};
    for (const bill of bills) {
        let part = bill.chosen;
        if (part === null) {
            part = Math.min(free, bill.residual);
            free -= part;
        }
        parts[bill.id] = part;
    }
    return { parts, rest: free, short: Math.max(wanted - amount, 0) };
}

/** @returns {number[]} what people hand over for an amount: round sums above it */
export function suggestTendered(amount) {
    if (!amount) {
        return [];
    }
    const notes = amount < 100000 ? [10000, 20000, 50000, 100000] : [50000, 100000, 500000];
    const sums = notes.map((note) => Math.ceil(amount / note) * note);
    return [...new Set(sums)].filter((sum) => sum > amount).slice(0, 3);
}
