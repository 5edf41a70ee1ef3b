"use strict";
for (const root of document.querySelectorAll(".dealextract:not([data-ready])")) {
  root.dataset.ready = "";
  const all = (selector, within = root) => [...within.querySelectorAll(selector)];
  const ids = (text) => (text || "").split(" ").filter(Boolean);
  for (const part of all(".dx-doc")) {
    const article = part.querySelector(".dx-text");
    const panel = part.querySelector(".dx-panel");
    const hint = panel.querySelector(".dx-hint");
    const records = new Map(all(".dx-store > .dx-rec", part).map((node) => [node.dataset.id, node]));
    const cards = all(".dx-card", part);
    const pieces = all("[data-r],[data-l]", article);
    const stops = pieces.filter((piece) => piece.hasAttribute("data-stop"));
    const covered = new Map();
    for (const piece of pieces) {
      piece.removeAttribute("title");
      for (const id of [...ids(piece.dataset.r), ...ids(piece.dataset.l)]) {
        covered.set(id, [...(covered.get(id) || []), piece]);
      }
    }
    let pinned = null;
    const shown = (label) => {
      const box = part.querySelector(`.dx-layers input[value="${label}"]`);
      return !box || box.checked;
    };
    const mark = (list, name) => list.forEach((id) => (covered.get(id) || []).forEach((p) => p.classList.add(name)));
    const clear = () => {
      for (const piece of pieces) piece.classList.remove("on", "lit");
      for (const card of cards) card.classList.remove("on");
      for (const node of all(".dx-rec", panel)) node.remove();
      hint.hidden = false;
    };
    const show = (list) => {
      clear();
      const chosen = list.map((id) => records.get(id)).filter((node) => node && shown(node.dataset.label));
      for (const node of chosen) panel.append(node.cloneNode(true));
      hint.hidden = chosen.length > 0;
      panel.scrollTop = 0;
      if (chosen.length) {
        mark([chosen[0].dataset.id], "on");
        mark(ids(chosen[0].dataset.links), "lit");
      }
    };
    const showCard = (card) => {
      clear();
      card.classList.add("on");
      mark(ids(card.dataset.links), "lit");
    };
    const apply = (thing) => {
      if (thing === null) clear();
      else if (thing.classList.contains("dx-card")) showCard(thing);
      else show(ids(thing.dataset.r));
      for (const card of cards) card.querySelector("button").setAttribute("aria-pressed", String(pinned === card));
    };
    const pin = (thing) => {
      pinned = pinned === thing ? null : thing;
      apply(pinned);
    };
    const rove = (stop) => {
      for (const other of stops) other.tabIndex = -1;
      stop.tabIndex = 0;
    };
    const bring = (piece) => {
      if (piece) piece.scrollIntoView({ block: "center", behavior: "auto" });
    };
    if (stops.length) rove(stops[0]);

    article.addEventListener("mouseover", (event) => {
      const piece = event.target.closest("mark");
      if (pinned === null) apply(piece);
    });
    article.addEventListener("mouseleave", () => pinned === null && clear());
    article.addEventListener("focusin", (event) => {
      if (event.target.matches("mark:focus-visible")) {
        pinned = null;
        apply(event.target);
      }
    });
    article.addEventListener("click", (event) => {
      const piece = event.target.closest("mark");
      if (piece) pin(piece);
      else if (pinned !== null) pin(pinned);
    });
    article.addEventListener("keydown", (event) => {
      const at = stops.indexOf(event.target);
      const step = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
      if (at >= 0 && step !== undefined && stops[step]) {
        event.preventDefault();
        rove(stops[step]);
        stops[step].focus();
      } else if (at >= 0 && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        pin(event.target);
      }
    });
    part.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        pinned = null;
        apply(null);
      }
    });
    panel.querySelector(".dx-close").addEventListener("click", () => {
      pinned = null;
      apply(null);
    });
    for (const card of cards) {
      card.addEventListener("mouseenter", () => pinned === null && apply(card));
      card.addEventListener("mouseleave", () => pinned === null && clear());
      card.querySelector("button").addEventListener("click", () => {
        pin(card);
        if (pinned === card) bring(pieces.find((piece) => piece.classList.contains("lit")));
      });
    }
    for (const button of all("td button", part)) {
      button.disabled = false;
      button.addEventListener("click", () => {
        const piece = (covered.get(button.dataset.go) || [])[0];
        if (!piece) return;
        pinned = piece;
        apply(null);
        show([button.dataset.go]);
        bring(piece);
      });
    }
    for (const button of all("[data-all]", part)) {
      button.addEventListener("click", () => {
        for (const box of all(".dx-layers input", part)) box.checked = button.dataset.all === "on";
      });
    }
  }
  const theme = root.querySelector("[data-theme]");
  if (theme) {
    theme.addEventListener("click", () => {
      const next = { auto: "light", light: "dark", dark: "auto" }[theme.dataset.theme];
      root.classList.remove("light", "dark");
      if (next !== "auto") root.classList.add(next);
      document.documentElement.style.colorScheme = next === "auto" ? "" : next;
      theme.dataset.theme = next;
      theme.textContent = `Theme: ${next}`;
    });
  }
  addEventListener("beforeprint", () => all("details").forEach((node) => (node.open = true)));
}
