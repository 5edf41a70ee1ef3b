"""Tables of currencies: families that share a noun, what euro countries had before, and symbols."""

from __future__ import annotations

# Countries in which a bare noun of the family means the currency; "" is the default, if there is one.
FAMILIES: dict[str, dict[str, str]] = {
    "dollar": {
        "": "USD", "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "HK": "HKD", "SG": "SGD", "TW":
        "TWD", "JM": "JMD", "ZW": "ZWD", "NA": "NAD", "TT": "TTD", "FJ": "FJD", "BB": "BBD",
    },
    "pound": {
        "": "GBP", "GB": "GBP", "IE": "IEP", "EG": "EGP", "LB": "LBP", "SY": "SYP", "SD": "SDG", "SS":
        "SSP", "CY": "CYP", "MT": "MTL", "TR": "TRY",
    },
    "sterling": {"": "GBP", "GB": "GBP", "IE": "IEP"},
    "franc": {
        "CH": "CHF", "LI": "CHF", "FR": "FRF", "MC": "FRF", "BE": "BEF", "LU": "LUF", "SN": "XOF", "CI":
        "XOF", "ML": "XOF", "BF": "XOF", "TG": "XOF", "BJ": "XOF", "NE": "XOF", "GW": "XOF", "CM": "XAF",
        "GA": "XAF", "CG": "XAF", "TD": "XAF", "CF": "XAF", "GQ": "XAF", "PF": "XPF", "NC": "XPF", "CD":
        "CDF", "RW": "RWF", "BI": "BIF", "GN": "GNF", "DJ": "DJF", "KM": "KMF",
    },
    "CFA": {
        "": "XOF", "SN": "XOF", "CI": "XOF", "ML": "XOF", "BF": "XOF", "TG": "XOF", "BJ": "XOF", "NE":
        "XOF", "GW": "XOF", "CM": "XAF", "GA": "XAF", "CG": "XAF", "TD": "XAF", "CF": "XAF", "GQ": "XAF",
    },
    "F": {"": "FRF", "FR": "FRF", "PF": "XPF", "NC": "XPF"},
    "krone": {
        "SE": "SEK", "NO": "NOK", "DK": "DKK", "FO": "DKK", "IS": "ISK", "CZ": "CZK", "SK": "SKK", "EE":
        "EEK",
    },
    "krona": {"": "SEK", "SE": "SEK", "IS": "ISK"},
    "kroner": {"NO": "NOK", "DK": "DKK", "FO": "DKK"},
    "yen": {"": "JPY", "JP": "JPY", "CN": "CNY"},
    "peso": {
        "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "PH": "PHP", "UY": "UYU", "DO": "DOP", "CU":
        "CUP",
    },
    "dirham": {"MA": "MAD", "AE": "AED"},
    "DH": {"": "MAD", "MA": "MAD", "AE": "AED"},
    "dinar": {
        "TN": "TND", "DZ": "DZD", "KW": "KWD", "IQ": "IQD", "BH": "BHD", "JO": "JOD", "LY": "LYD", "RS":
        "RSD", "MK": "MKD",
    },
    "rouble": {"": "RUB", "RU": "RUB", "BY": "BYN"},
    "rupee": {
        "": "INR", "IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR", "SC": "SCR", "ID":
        "IDR",
    },
    "rial": {"SA": "SAR", "QA": "QAR", "IR": "IRR", "OM": "OMR", "YE": "YER"},
    "riyal": {"": "SAR", "SA": "SAR", "QA": "QAR", "YE": "YER"},
    "shilling": {"KE": "KES", "UG": "UGX", "TZ": "TZS", "SO": "SOS", "AT": "ATS"},
    "lira": {"IT": "ITL", "TR": "TRY", "MT": "MTL"},
    "leu": {"": "RON", "RO": "RON", "MD": "MDL"},
    "mark": {"": "DEM", "DE": "DEM", "FI": "FIM"},
    "won": {"": "KRW", "KR": "KRW", "KP": "KPW"},
    "rand": {"": "ZAR", "ZA": "ZAR"},
    "real": {"": "BRL", "BR": "BRL"},
    "sol": {"PE": "PEN"},
    "florin": {"NL": "NLG", "HU": "HUF", "AW": "AWG"},
    "kwacha": {"ZM": "ZMW", "MW": "MWK"},
    "pence": {"": "GBP", "GB": "GBP", "IE": "IEP"},
    "cent": {
        "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "HK": "HKD", "SG": "SGD", "ZA": "ZAR", "KE":
        "KES", "FR": "EUR", "DE": "EUR", "IE": "EUR", "BE": "EUR", "NL": "EUR", "IT": "EUR", "ES": "EUR",
        "AT": "EUR", "FI": "EUR", "GR": "EUR", "PT": "EUR",
    },
    "centime": {"FR": "EUR", "BE": "EUR", "LU": "EUR", "CH": "CHF", "MA": "MAD", "DZ": "DZD"},
    "ore": {"SE": "SEK", "NO": "NOK", "DK": "DKK"},
}  # fmt: skip
# Euro countries and the currencies that they had, for texts of their time.
BEFORE_EURO = {
    "FR": "FRF", "BE": "BEF", "LU": "LUF", "DE": "DEM", "IT": "ITL", "ES": "ESP", "NL": "NLG", "IE":
    "IEP", "AT": "ATS", "FI": "FIM", "GR": "GRD", "PT": "PTE",
}  # fmt: skip
# Nouns that are words as well, but not after a figure of three digits: "2,500 won".
LARGE_FIGURES = frozenset({"won", "rand", "real"})
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
# Metals, test codes and funds: CLDR names them, the press does not pay with them.
NOT_MONEY = frozenset(
    {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XFO", "XFU", "XPD", "XPT", "XTS", "XXX"}
)
# Other codes are words or names as well (ALL, COP 26, TOP 09): they need a scale or a long figure.
COMMON_CODES = frozenset(
    {
        "AED", "ATS", "AUD", "BEF", "BRL", "CAD", "CHF", "CNY", "CZK", "DEM", "DKK", "DZD", "EGP", "ESP",
        "EUR", "FIM", "FRF", "GBP", "GHS", "GRD", "HKD", "HUF", "IDR", "IEP", "ILS", "INR", "ITL", "JPY",
        "KES", "KRW", "KWD", "MAD", "MXN", "MYR", "NGN", "NLG", "NOK", "NZD", "PHP", "PLN", "PTE", "QAR",
        "RMB", "RUB", "SEK", "SGD", "THB", "TND", "TWD", "USD", "XAF", "XEU", "XOF", "ZAR",
    }
)  # fmt: skip
SYMBOLS = {
    "€": "EUR", "£": "sterling", "$": "dollar", "¥": "yen", "￥": "yen", "₹": "INR", "₽": "RUB", "₩": "KRW",
    "₺": "TRY", "₪": "ILS", "₫": "VND", "₦": "NGN", "₱": "PHP", "฿": "THB", "₴": "UAH", "₸": "KZT",
    "₵": "GHS", "₡": "CRC", "₤": "ITL", "US$": "USD", "U.S.$": "USD", "U.S. $": "USD", "USD$": "USD",
    "$US": "USD", "$A": "AUD", "$AU": "AUD", "$NZ": "NZD", "$HK": "HKD",
    "A$": "AUD", "AU$": "AUD", "AUD$": "AUD", "Aus$": "AUD", "C$": "CAD", "CA$": "CAD",
    "CAD$": "CAD", "Can$": "CAD", "CDN$": "CAD", "Cdn$": "CAD", "$CA": "CAD", "$CAN": "CAD", "NZ$": "NZD",
    "NZ $": "NZD", "HK$": "HKD", "HK $": "HKD", "S$": "SGD", "SG$": "SGD", "Sing$": "SGD", "NT$": "TWD",
    "TW$": "TWD", "R$": "BRL", "BRL$": "BRL", "MX$": "MXN", "Mex$": "MXN", "J$": "JMD", "TT$": "TTD",
    "N$": "NAD", "Z$": "ZWD", "Bds$": "BBD", "FJ$": "FJD", "CN¥": "CNY", "RMB¥": "CNY", "JP¥": "JPY",
    "IR£": "IEP", "E£": "EGP", "GB£": "GBP", "UK£": "GBP", "LE": "EGP", "GH¢": "GHS", "GH₵": "GHS",
    "€uros": "EUR",
}  # fmt: skip
