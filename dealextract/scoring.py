def make_spans_scorer():
    return lambda examples, **kwargs: {}
