# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

from ..tools.wire import Answer, Refusal


class PaymentSimulatorProtocol(models.AbstractModel):
    """What every make-believe provider has: a door for our calls, and notices to us."""

    _name = "payment.simulator.protocol"
    _description = "Payment Simulator Protocol"

    #: Code of the provider.
    _code = None

    # === OUR CALLS TO IT === #

    @api.model
    def _serve(self, call):
        """Answer a call. Records that a refused call left behind are undone.

        :param Call call:
        :rtype: Answer
        """
        account = self.env["payment.simulator.account"]
        try:
            account = self._authenticate(call)
            self._check_faults(account)
            answer = self._find_answer(account, call)
            if not answer:
                with self.env.cr.savepoint():
                    answer = self._route(account, call)
        except Refusal as refusal:
            answer = refusal.answer
        self._log(account, call, answer)
        return answer

    def _authenticate(self, call):
        """Return the account whose keys the call was made with; a hook.

        :raise Refusal: if it is nobody's
        """
        raise NotImplementedError

    def _route(self, account, call):
        """Return the answer to an authenticated call; a hook.

        :raise Refusal: ends it with another answer
        """
        raise NotImplementedError

    def _check_faults(self, account):
        fault = self.env["payment.simulator.fault"]._get(self._code)
        if fault._take_error():
            raise Refusal(500, self._get_error_payload())

    def _find_answer(self, account, call):
        """Return what was answered to the same request before, by its idempotency key.

        Successful answers only, as all providers that have such keys do it.
        """
        key = call.headers.get("idempotency-key")
        if not key or call.method != "POST":
            return None
        before = self.env["payment.simulator.call"].search(
            [("account_id", "=", account.id), ("idempotency_key", "=", key)], limit=1
        )
        return Answer(before.status, before.answer) if before else None

    def _get_error_payload(self):
        """Return what an internal error of the provider looks like; a hook."""
        return {"message": "Internal Server Error"}

    def _log(self, account, call, answer):
        self.env["payment.simulator.call"].create(
            self._prepare_log(account, call, answer)
        )

    def _prepare_log(self, account, call, answer):
        """Return the values of the log's row; a hook."""
        key = call.headers.get("idempotency-key")
        is_kept = account and key and call.method == "POST" and answer.status < 300
        return {
            "account_id": account.id,
            "code": self._code,
            "method": call.method,
            "path": call.path[:500],
            "status": answer.status,
            "idempotency_key": key if is_kept else False,
            "answer": answer.payload if is_kept else False,
        }

    def _not_found(self, call):
        """Return the answer to a path that the provider does not have."""
        return Answer(404, {"message": f"{call.method} {call.path}: no such path"})

    def _lock_order(self, order):
        """Have two calls about one order take turns."""
        self.env.cr.execute(
            SQL(
                "SELECT FROM payment_simulator_order WHERE id = %s FOR NO KEY UPDATE",
                order.id,
            )
        )
        return order

    # === WHAT PEOPLE DO === #

    def _get_actions(self, order):
        """Return the names of what a person can do with an order now; a hook."""
        actions = []
        if order._is_open():
            actions += ["pay"]
        if order._is_open() or order.state == "paid":
            actions += ["pay_twice"]
        if order.state in ("created", "pending", "active"):
            actions += ["expire"]
        if order.state in ("pending", "active", "expired", "cancelled"):
            actions += ["pay_late"]
        if any(p.state == "paid" and p._get_left() > 0 for p in order.payment_ids):
            actions += self._get_return_actions(order)
        return actions + (["resend"] if order.delivery_ids else [])

    def _get_return_actions(self, order):
        """Return the ways in which money of a paid order can go back; a hook."""
        return []

    def _pay(self, order, amount):
        """Make a payment and tell the merchant; a hook.

        :param int amount: rupiah
        :rtype: payment.simulator.payment
        """
        raise NotImplementedError

    # === NOTICES TO US === #

    def _notify(self, order, event, payment=None, refund=None):
        """Queue the notice of an event, where the provider sends one; a hook.

        :param str event: ``pending``, ``paid``, ``expire``, ``cancel``, ``deny``,
            ``refund``
        """
        raise NotImplementedError

    def _prepare_body(self, delivery):
        """Return the bytes to send; a hook for what changes from try to try."""
        return delivery.body.encode()

    def _get_notice_headers(self, account):
        """Return the headers that are secret, hence not kept with a notice; a hook."""
        return {}

    def _get_bank_keys(self, account):
        """Return the keys with which requests are signed, None if they are not."""
        return None

    def _get_retry(self, status, tries):
        """Return the minutes until a notice is sent again, None if it is not; a hook.

        :param status: of our answer, None if there was none
        :param int tries: made so far
        """
        raise NotImplementedError

    def _get_end(self, outcome):
        """Return the state of a notice that is not sent again."""
        return "delivered" if 200 <= (outcome.status or 0) < 300 else "failed"

    def _after_notice(self, delivery, outcome, is_final):
        """Do what follows from our answer; a hook."""
