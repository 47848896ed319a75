"""Money as the programme counts it: currency, prices of a year, discounting, and what a budget has to pay for."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationInfo, field_validator, model_validator

from clustersim.parameters.declare import Section, param

MODEL_YEAR = 1999
"""the model reckons in dollars of this year, as the published tables do"""
FACT = "the programme's own"


class Money(Section):
    """What the programme has, in what money.

    amount = USD of 1999 · exchange · price_index; discounted: amount / (1 + discount)^(years since the first month).
    """

    currency: str = param(..., unit="text", max_length=12, meaning="the programme's currency, as in USD or INR", source=FACT)
    exchange: float = param(1.0, unit="currency per USD", low=1e-9, high=1e9, meaning="what a dollar costs", source=FACT)
    price_year: int = param(MODEL_YEAR, unit="year", low=1900, high=2200, meaning="year of whose prices amounts are", source=FACT)
    price_index: float | None = param(None, unit="ratio", low=1e-6, high=1e6, meaning=f"prices of that year over those of {MODEL_YEAR}, in the same currency", source=FACT)
    budget: float | None = param(None, unit="currency", low=0, high=1e15, meaning="what the programme may spend on the whole", source=FACT)
    discount: float | None = param(None, unit="1/year", low=0, high=0.5, meaning="discount rate of costs and of effects; none: not discounted", source=FACT)
    counts: Literal["all", "activities"] = param("all", unit="choice", source=FACT,
                                                 meaning="what the budget pays: all of it, or activities without the broker's days, as published tables count")  # fmt: skip
    worth: float | None = param(None, unit="currency per point", low=0, high=1e15,
                                meaning="what a percentage point of firms is worth to the programme; none: what the best policy pays for one", source=FACT)  # fmt: skip

    @field_validator("currency")
    @classmethod
    def _said(cls, currency: str) -> str:
        if not currency.strip():
            raise ValueError("is missing: every amount needs its currency")
        return currency.strip()

    @field_validator("exchange")
    @classmethod
    def _dollars_cost_a_dollar(cls, exchange: float, info: ValidationInfo) -> float:
        if info.data.get("currency", "").upper() == "USD" and exchange != 1.0:
            raise ValueError("a dollar costs one dollar")
        return exchange

    @model_validator(mode="after")
    def _prices_of_which_year(self) -> Money:
        if self.price_year != MODEL_YEAR and self.price_index is None:
            raise ValueError(f"price_index is missing: the model reckons in prices of {MODEL_YEAR}, not of {self.price_year}")
        if self.currency.upper() != "USD" and "exchange" not in self.model_fields_set:
            raise ValueError(f"exchange is missing: how much {self.currency} is a dollar?")
        return self

    @property
    def rate(self) -> float:
        """Programme money for a dollar of the model."""
        return self.exchange * (self.price_index or 1.0)

    def factor(self, year: float) -> float:
        """By what an amount or effect of this year, counted from 0, is multiplied."""
        return 1.0 if self.discount is None else float((1.0 + self.discount) ** -year)
