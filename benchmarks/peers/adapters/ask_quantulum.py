"""quantulum3: quantities whose unit is, or contains, a currency."""

from protocol import answer, make_span


def load(langs):
    from quantulum3 import load as data
    from quantulum3 import parser

    def find_currency(unit):
        """The unit itself or the currency among the units that it multiplies."""
        names = [unit.name, *(part["base"] for part in unit.dimensions or ())]
        for name in names:
            found = data.units().names.get(name)
            if found is not None and found.entity.name == "currency":
                return found
        return None

    def find(text, lang, published):
        spans = []
        for item in parser.parse(text):
            currency = find_currency(item.unit)
            if currency is not None:
                low, high = item.value, None
                if item.uncertainty:
                    low, high = item.value - abs(item.uncertainty), item.value + abs(item.uncertainty)
                code, name = currency.currency_code, currency.name
                spans.append(make_span(*item.span, value=low, value_max=high, currency=code, unit=name))
        return spans

    parser.parse("5 dollars")  # its classifier is read at first use
    return find


if __name__ == "__main__":
    answer(load, ["quantulum3", "scikit-learn"])
