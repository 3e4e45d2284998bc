# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What became of a batch of specifications."""

from dataclasses import dataclass, field


@dataclass
class BulkResult:
    """The invoices of a batch, and which way each of them went.

    :ivar moves: the posted invoices, in the order of the specifications
    :ivar stamped: how many were written set-wise
    :ivar prototypes: how many were made by the ORM for others to be copied from
    :ivar ordinary: how many went through the ORM, and why: code to number and words
    :ivar is_ordinary: per specification, whether it went through the ORM
    """

    moves: object
    stamped: int = 0
    prototypes: int = 0
    ordinary: dict[str, tuple[int, str]] = field(default_factory=dict)
    is_ordinary: list[bool] = field(default_factory=list)


@dataclass
class BulkTally:
    """What was done in a transaction, in figures.

    :ivar done: how many specifications were dealt with
    :ivar stamped: how many invoices were written set-wise
    :ivar prototypes: how many were made by the ORM for others to be copied from
    :ivar ordinary: reason code to the number of those that went through the ORM
    """

    done: int = 0
    stamped: int = 0
    prototypes: int = 0
    ordinary: dict[str, int] = field(default_factory=dict)

    def add(self, result: BulkResult) -> None:
        """Count a batch."""
        self.stamped += result.stamped
        self.prototypes += result.prototypes
        for code, (count, _message) in result.ordinary.items():
            self.ordinary[code] = self.ordinary.get(code, 0) + count
