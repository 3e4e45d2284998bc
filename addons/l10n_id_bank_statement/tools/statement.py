# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a statement file says, whatever its format, and what may be wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256

#: A year of a busy account is far below; a larger file is another kind of file.
MAX_BYTES = 10 * 1024 * 1024
MAX_LINES = 50_000


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file.

    :param code: what is wrong, for a message in any language
    :param line: line of the file, from 1; 0 for the file as a whole
    :param column: name of the column or tag
    :param value: what stands there
    :param expected: what should
    """

    code: str
    line: int = 0
    column: str = ""
    value: str = ""
    expected: str = ""


class StatementError(ValueError):
    """A file is refused as a whole, for all of these reasons."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("; ".join(map(str, self.faults)))


@dataclass(frozen=True)
class StatementLine:
    """One movement of the account.

    :param number: line of the file it begins at, from 1
    :param amount: positive if money came in
    :param balance: of the account after it, None if the file does not say
    """

    number: int
    day: date
    amount: Decimal
    text: str
    reference: str = ""
    balance: Decimal | None = None
    raw: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Statement:
    """The movements of one account in a file, oldest first.

    :param account: number as the file writes it, empty if it does not
    :param pending: movements that the bank has not booked yet, and are left out
    """

    account: str
    currency: str
    lines: tuple[StatementLine, ...]
    opening: Decimal | None = None
    closing: Decimal | None = None
    name: str = ""
    pending: int = 0

    @property
    def total(self) -> Decimal:
        """Return the sum of the movements."""
        return sum((line.amount for line in self.lines), Decimal(0))

    def completed(self, opening: Decimal | None = None) -> "Statement":
        """Return the statement with both balances, as far as they follow.

        :param opening: for files that name no balance at all
        """
        if self.opening is not None:
            opening = self.opening
        elif self.closing is not None:
            opening = self.closing - self.total
        closing = self.closing
        if closing is None and opening is not None:
            closing = opening + self.total
        return Statement(
            self.account,
            self.currency,
            self.lines,
            opening,
            closing,
            self.name,
            self.pending,
        )


def check_balances(statement: Statement) -> list[Fault]:
    """Return where opening, movements and closing do not add up."""
    faults, before = [], statement.opening
    for line in statement.lines:
        if before is not None:
            after = before + line.amount
            if line.balance is not None and line.balance != after:
                faults.append(
                    Fault("balance", line.number, "", _tell(line.balance), _tell(after))
                )
            before = after if line.balance is None else line.balance
        else:
            before = line.balance
    if before is not None and statement.closing not in (None, before):
        told = _tell(statement.closing)
        faults.append(Fault("closing", 0, "", told, _tell(before)))
    return faults


def _tell(amount: Decimal) -> str:
    """Return an amount for a message."""
    return f"{amount:.2f}"


def line_keys(lines: Iterable[StatementLine]) -> list[str]:
    """Return a key for each line that is the same in every file of the bank.

    The balance after a movement tells equal movements of a day apart; where a file has
    none, they are counted.
    """
    keys, seen = [], {}
    for line in lines:
        balance = "" if line.balance is None else plain(line.balance)
        facts = (line.day.isoformat(), plain(line.amount), balance)
        text = " ".join(f"{line.text} {line.reference}".split()).lower()
        fact = "|".join((*facts, text))
        seen[fact] = seen.get(fact, 0) + 1
        digest = sha256(f"{fact}|{seen[fact]}".encode()).hexdigest()
        keys.append(f"{line.day:%Y%m%d}-{digest[:32]}")
    return keys


def plain(amount: Decimal) -> str:
    """Return an amount without the zeros that files add or leave out."""
    return f"{amount.normalize():f}"


def account_digits(number: str) -> str:
    """Return what of an account number counts: its digits.

    MT940 puts bank and currency around it: ``CENAIDJA/0123456789IDR``.
    """
    number = number.strip().strip("'").rsplit("/", 1)[-1]
    return "".join(character for character in number if character.isdigit())
