# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers of virtual accounts as SNAP writes them: company code and customer number."""

from odoo.addons.payment_va.tools.va_number import digits


def pad(company: str, width: int = 8) -> str:
    """Return the partnerServiceId: the company code, left-padded with blanks.

    :raise ValueError: if the code is longer than that
    """
    if len(company) > width:
        raise ValueError(f"{company} has more than {width} digits")
    return company.rjust(width)


def compose(company: str, customer: str, width: int = 8) -> dict[str, str]:
    """Return the three keys that all services of virtual accounts have in common."""
    service_id = pad(company, width)
    return {
        "partnerServiceId": service_id,
        "customerNo": customer,
        "virtualAccountNo": service_id + customer,
    }


def split(number: str, company: str) -> str:
    """Return the customer number of a whole number.

    :raise ValueError: if it does not begin with the company code
    """
    if not company or not number.startswith(company) or number == company:
        raise ValueError(f"{number} does not begin with {company}")
    return number[len(company) :]


def read_number(body: dict) -> str:
    """Return the digits of the number a request or answer is about.

    Banks pad the company code with blanks, with zeros or not at all; of blanks and none
    the digits are the same.
    """
    service_id = str(body.get("partnerServiceId") or "")
    number = digits(body.get("virtualAccountNo"))
    if not number:
        number = digits(service_id) + digits(body.get("customerNo"))
    if len(service_id) == 8 and service_id.isdigit() and number.startswith(service_id):
        return service_id.lstrip("0") + number[8:]
    return number
