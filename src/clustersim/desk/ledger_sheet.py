"""The Cost ledger sheet: year × payer × activity for each policy, money reckoned by the sheet itself.

A row's dollars are the mean over the draws, from the books.  Exchange, price index and discount rate are cells: change
them, and every amount and sum follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clustersim.desk.cells import put
from clustersim.desk.lives import PAYERS

Found = Mapping[str, Any]
EXCHANGE, INDEX, DISCOUNT, YEAR = "$B$3", "$B$4", "$B$5", "$B$6"
TOP = 9
"""row of the head, counted from 0"""


def write_ledger(sheet: Any, found: Found, styles: Mapping[str, Any]) -> None:
    """Write the sheet: what can be set, the rows, and the sums at the right."""
    money, ledger = found["money"], found["ledger"]
    first = int(found["study"]["start"][:4])
    put(sheet, 0, 0, "Cost ledger: mean over the draws, by policy, year, payer and activity", styles["title"])
    put(sheet, 1, 0, "Yellow cells may be changed; amounts and sums follow.", styles["note"])
    for r, (text, value) in enumerate((
        (f"exchange ({money['currency']} per USD)", money["exchange"]),
        ("price index (1 = prices of 1999)", money["price_index"] or 1.0),
        ("discount rate a year", money["discount"] or 0.0), ("first year", first)), 2):  # fmt: skip
        put(sheet, r, 0, text)
        put(sheet, r, 1, value, styles["input"] if r < 5 else None)
    head = ("policy", "year", "payer", "activity", "USD of 1999", money["currency"], f"{money['currency']}, discounted")
    for c, name in enumerate(head):
        put(sheet, TOP, c, name, styles["head"])
    widths = (34, 12, 14, 20, 14, 14, 16)
    for c, width in enumerate(widths):
        sheet.set_column(c, c, width)
    for r, (policy, year, payer, purpose, usd) in enumerate(ledger, TOP + 1):
        for c, value in enumerate((policy, year, payer, purpose)):
            put(sheet, r, c, value)
        put(sheet, r, 4, usd, styles["money"])
        line, amount = r + 1, usd * money["rate"]
        later = amount / (1.0 + (money["discount"] or 0.0)) ** (year - first)
        sheet.write_formula(r, 5, f"=E{line}*{EXCHANGE}*{INDEX}", styles["money"], amount)
        sheet.write_formula(r, 6, f"=F{line}/(1+{DISCOUNT})^(B{line}-{YEAR})", styles["money"], later)
    sheet.freeze_panes(TOP + 1, 1)
    if ledger:
        sheet.autofilter(TOP, 0, TOP + len(ledger), len(head) - 1)
        _sums(sheet, found, styles, TOP + 2, TOP + 1 + len(ledger))


def _sums(sheet: Any, found: Found, styles: Mapping[str, Any], first: int, last: int) -> None:
    """By policy the sum of each payer, all of them, and the programme's discounted; and a line of totals."""
    column = 8
    sheet.set_column(column, column, 24)
    sheet.set_column(column + 1, column + 7, 15)
    currency = found["money"]["currency"]
    head = ("policy", *PAYERS, "all payers", "programme, discounted", "programme without broker")
    put(sheet, TOP - 1, column, f"Sums in {currency}", styles["note"])
    for c, name in enumerate(head, column):
        put(sheet, TOP, c, name, styles["head"])
    names = [policy["name"] for policy in found["policies"]]
    totals = Totals(found)
    for r, name in enumerate(names, TOP + 1):
        put(sheet, r, column, name)
        mine = f"$A${first}:$A${last},$I{r + 1}"
        for c, payer in enumerate(PAYERS, column + 1):
            sheet.write_formula(r, c, f'=SUMIFS($F${first}:$F${last},{mine},$C${first}:$C${last},"{payer}")',
                                styles["money"], totals.of(name, payer))  # fmt: skip
        sheet.write_formula(r, column + 5, f"=SUM(J{r + 1}:M{r + 1})", styles["money"],
                            sum(totals.of(name, payer) for payer in PAYERS))  # fmt: skip
        sheet.write_formula(r, column + 6, f'=SUMIFS($G${first}:$G${last},{mine},$C${first}:$C${last},"programme")',
                            styles["money"], totals.of(name, "programme", discounted=True))  # fmt: skip
        broker = f'SUMIFS($F${first}:$F${last},{mine},$C${first}:$C${last},"programme",$D${first}:$D${last},"broker")'
        sheet.write_formula(r, column + 7, f"=J{r + 1}-{broker}", styles["money"],
                            totals.of(name, "programme") - totals.of(name, "programme", "broker"))  # fmt: skip


class Totals:
    """The same sums from the findings, as the values that the formulas carry."""

    def __init__(self, found: Found) -> None:
        self.rows, self.rate = found["ledger"], found["money"]["rate"]
        self.discount, self.first = found["money"]["discount"] or 0.0, int(found["study"]["start"][:4])

    def of(self, policy: str, payer: str, purpose: str | None = None, *, discounted: bool = False) -> float:
        """What a payer paid under a policy, for everything or one purpose, in programme money."""
        total = 0.0
        for name, year, who, what, usd in self.rows:
            if name == policy and who == payer and purpose in (None, what):
                total += usd * self.rate / ((1.0 + self.discount) ** (year - self.first) if discounted else 1.0)
        return total
