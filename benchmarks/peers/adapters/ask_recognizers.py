"""Recognizers-Text: its currency model in the culture of the text."""

from protocol import answer, make_span

CULTURES = {"en": "en-us", "fr": "fr-fr"}


def load(langs):
    try:
        from ms_recognizers_number_with_unit import NumberWithUnitRecognizer
    except ImportError:
        from recognizers_number_with_unit import NumberWithUnitRecognizer

    models = {lang: NumberWithUnitRecognizer(CULTURES[lang]).get_currency_model() for lang in langs}

    def find(text, lang, published):
        spans = []
        for item in models[lang].parse(text):
            given = item.resolution or {}
            value = given.get("value")
            if value is not None:  # a currency word without a number is no amount
                number = float(str(value).replace(",", ""))
                code, unit = given.get("isoCurrency"), given.get("unit")
                spans.append(make_span(item.start, item.end + 1, value=number, currency=code, unit=unit))
        return spans

    return find


if __name__ == "__main__":
    answer(load, ["regex"])
