"""Pictures of many articles' deals, amounts and sources, with matplotlib (extra `plots`).

Each function takes extractions, or the table of `dealextract.frame` that it names, draws on `ax` or on
axes of its own, and returns them:

    from dealextract import plots
    plots.deal_timeline(extractions).figure.savefig("deals.png")
"""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dealextract.errors import InvalidInput, MissingExtra
from dealextract.records import SourceType, Stance, Status
from dealextract.tables import frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATUSES: tuple[str, ...] = typing.get_args(Status)
ENDED = ("rejected", "cancelled", "denied")
LADDER = (*reversed(ENDED), *(status for status in STATUSES if status not in ENDED))
"""Statuses from the end of a deal up to its completion."""
COLOURS = {
    "rumoured": "#e6b84c", "considered": "#d99a2b", "in_talks": "#c77b19", "offered": "#4c8fd6",
    "agreed": "#2f9e63", "completed": "#0b6b3a", "rejected": "#c2455a", "cancelled": "#8f2339",
    "denied": "#6b7280",
}  # fmt: skip
STANCES = {
    "asserts": "#3b6fc4", "denies": "#c2455a", "declines": "#b9bcc6", "unreachable": "#dcdee4",
    "asks_or_orders": "#7c5cc4",
}  # fmt: skip
LONG = 46


def make_axes(ax: Axes | None, rows: float = 8) -> Axes:
    """The axes given, or new ones as high as their rows need; raises MissingExtra."""
    if ax is not None:
        return ax
    try:
        from matplotlib.figure import Figure
    except ImportError as problem:
        raise MissingExtra("plots need matplotlib: pip install 'dealextract[plots]'") from problem
    # A Figure by itself needs no backend and is kept by nobody; notebooks show it by its own method.
    figure = Figure(figsize=(9, min(40.0, max(2.6, 0.34 * rows + 1.2))), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def take_table(items: Any, table: str) -> Any:
    """The pandas table of extractions; a table that was made already is taken as it is."""
    if hasattr(items, "columns"):
        return items
    return frame(items, table)


def dated_deals(items: Any) -> Any:
    """The deals that have a day: of the article, else of the deal itself; with `day` and `parties`."""
    import pandas

    deals = take_table(items, "deals").copy()
    own = pandas.to_datetime(deals["date"].astype("string").str.extract(r"^(\d{4}-\d\d-\d\d)")[0])
    deals["day"] = deals["published"].fillna(own)
    deals = deals[deals["day"].notna()].sort_values("day", kind="stable")
    if deals.empty:
        raise InvalidInput("no deal has a day: give `published` with the articles")
    deals["parties"] = [name_parties(row) for row in deals.to_dict("records")]
    return deals


def name_parties(row: dict[str, Any], width: int = LONG) -> str:
    """The parties of a row of the deals table on one line.

    >>> name_parties({"acquirer": "Orvane", "partner": "", "seller": "", "target": "Tiel"})
    'Orvane → Tiel'
    """
    left = row["acquirer"] or row["partner"] or row["seller"]
    line = " → ".join(part for part in (left, row["target"]) if part) or "(no party named)"
    # A dollar sign would start a formula.
    line = line.replace("$", r"\$")
    return line if len(line) <= width else line[: width - 1] + "…"


def deal_timeline(items: Any, *, ax: Axes | None = None) -> Axes:
    """Every deal of extractions or the `deals` table on a line of time, coloured by its status."""
    deals = dated_deals(items)
    names = list(dict.fromkeys(deals["parties"]))
    axes = make_axes(ax, len(names))
    places = {name: at for at, name in enumerate(names)}
    for status in STATUSES:
        part = deals[deals["status"] == status]
        if len(part):
            heights = [places[name] for name in part["parties"]]
            marker = "x" if status in ENDED else "o"
            axes.scatter(
                part["day"],
                heights,
                s=46,
                color=COLOURS[status],
                marker=marker,
                label=status.replace("_", " "),
                zorder=3,
            )
    finish_rows(axes, names)
    axes.legend(title="status", frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    axes.set_title("Deals by day of the article", loc="left")
    return axes


def rumour_to_completion(items: Any, *, ax: Axes | None = None) -> Axes:
    """How deals that several articles tell of went on: one line a deal, from status to status in time.

    Deals are joined by the names of acquirer and target as written, letters' case apart.
    """
    deals = dated_deals(items)
    deals = deals[(deals["acquirer"] != "") & (deals["target"] != "")]
    keys = deals["acquirer"].str.casefold() + "\n" + deals["target"].str.casefold()
    groups = [group for _, group in deals.groupby(keys, sort=False) if group["day"].nunique() > 1]
    if not groups:
        raise InvalidInput("no deal is told of on two days: it takes articles of several days on one deal")
    axes = make_axes(ax, 1.3 * len(LADDER))
    heights = {status: at for at, status in enumerate(LADDER)}
    for group in groups:
        levels = [heights[status] for status in group["status"]]
        line = axes.plot(group["day"], levels, drawstyle="steps-post", lw=1.6, alpha=0.7)[0]
        markers = ["x" if status in ENDED else "o" for status in group["status"]]
        for day, level, marker in zip(group["day"], levels, markers, strict=True):
            axes.plot(day, level, marker, color=line.get_color(), ms=7)
        end, name = (group["day"].iloc[-1], levels[-1]), group["parties"].iloc[-1]
        axes.annotate(name, end, xytext=(0, 8), textcoords="offset points", size=9, ha="center")
    axes.set_yticks(range(len(LADDER)), [status.replace("_", " ") for status in LADDER])
    axes.grid(axis="y", alpha=0.25)
    axes.margins(x=0.2, y=0.12)
    axes.tick_params(axis="x", rotation=30)
    axes.set_title("From rumour to outcome", loc="left")
    return axes


def amounts_by_month(items: Any, *, currency: str | None = None, ax: Axes | None = None) -> Axes:
    """The sum of deal amounts by month of the article, in one currency: never converted, never mixed.

    `currency` is by default the one with most deals. The low end counts of a range.
    """
    deals = dated_deals(items)
    deals = deals[deals["amount"].notna() & deals["amount_currency"].notna()]
    if deals.empty:
        raise InvalidInput("no deal has both an amount and a day")
    wanted = currency or deals["amount_currency"].value_counts().index[0]
    part = deals[deals["amount_currency"] == wanted]
    if part.empty:
        held = ", ".join(sorted(set(deals["amount_currency"])))
        raise InvalidInput(f"no deal amount in {wanted}; there are {held}")
    sums = part.groupby(part["day"].dt.to_period("M"))["amount"].agg(["sum", "count"])
    sums = sums.reindex(sums.index.union(_months(sums.index)), fill_value=0)
    axes = make_axes(ax)
    bars = axes.bar([str(month) for month in sums.index], sums["sum"] / 1e9, color="#3b6fc4")
    axes.bar_label(bars, [str(count) if count else "" for count in sums["count"]], padding=2, size=8)
    axes.set_ylabel(f"billion {wanted}")
    axes.tick_params(axis="x", rotation=60 if len(sums) > 8 else 0)
    axes.set_title(f"Deal amounts by month, {wanted} (number of deals above)", loc="left")
    return axes


def _months(index: Any) -> Any:
    """Every month from the first to the last of an index of months."""
    import pandas

    return pandas.period_range(index.min(), index.max(), freq="M")


def sources_by_type(items: Any, *, ax: Axes | None = None) -> Axes:
    """How many acts of saying come from each type of source, by stance; from `attributions`."""
    said = take_table(items, "attributions")
    if not len(said):
        raise InvalidInput("no attribution in these articles")
    counts = said.groupby(["source_type", "stance"]).size().unstack(fill_value=0)
    kinds = [kind for kind in typing.get_args(SourceType) if kind in counts.index]
    kinds.sort(key=lambda kind: int(counts.loc[kind].sum()))
    axes = make_axes(ax, 1.4 * len(kinds))
    left = [0] * len(kinds)
    for stance in typing.get_args(Stance):
        if stance in counts.columns:
            widths = [int(counts.loc[kind, stance]) for kind in kinds]
            axes.barh([k.replace("_", " ") for k in kinds], widths, left=left, color=STANCES[stance],
                      label=stance.replace("_", " "))  # fmt: skip
            left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.legend(title="stance", frameon=False)
    axes.set_xlabel("acts of saying")
    axes.set_title("Who speaks", loc="left")
    return axes


def finish_rows(axes: Axes, names: Iterable[str]) -> None:
    """Names down the side, the first on top, and dates that do not overlap."""
    listed = list(names)
    axes.set_yticks(range(len(listed)), listed)
    axes.invert_yaxis()
    axes.grid(axis="y", alpha=0.25)
    axes.tick_params(axis="x", rotation=30)
