"""Recognizers-Text: dates and date ranges of its date-time model; `days` are the first days of each."""

import datetime

from protocol import answer, make_span

CULTURES = {"en": "en-us", "fr": "fr-fr"}
KINDS = ("datetimeV2.date", "datetimeV2.daterange", "datetimeV2.datetime", "datetimeV2.datetimerange")


def load(langs):
    from recognizers_date_time import DateTimeRecognizer

    models = {lang: DateTimeRecognizer(CULTURES[lang]).get_datetime_model() for lang in langs}

    def find(text, lang, published):
        base = datetime.datetime.fromisoformat(published) if published else None
        spans = []
        for item in models[lang].parse(text, base) if base else models[lang].parse(text):
            if item.type_name not in KINDS:
                continue
            readings = (item.resolution or {}).get("values") or []
            days = [str(r.get("value") or r.get("start") or "")[:10] for r in readings]
            days = [day for day in days if day[:4].isdigit()]
            spans.append(make_span(item.start, item.end + 1, label="DATE", days=days))
        return spans

    return find


if __name__ == "__main__":
    answer(load, ["regex"])
