// Keys, dialogs and focus. Everything on the page works without this file; htmx does the loading.
"use strict";

(() => {
  let current = 0; // the place of the group that the keys act on

  const items = () => [...document.querySelectorAll("[data-item]")];
  const openDialog = () => document.querySelector("dialog[open]");
  const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select");

  function mark(place, { focus = true } = {}) {
    const all = items();
    if (all.length === 0) return;
    current = Math.max(0, Math.min(place, all.length - 1));
    all.forEach((item, number) => item.classList.toggle("is-current", number === current));
    if (!focus) return;
    all[current].focus({ preventScroll: true });
    all[current].scrollIntoView({ block: "nearest" });
  }

  function press(key) {
    const item = items()[current];
    const target = item?.querySelector(`[data-key="${CSS.escape(key)}"]`) ??
      [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((each) => !each.closest("[data-item]"));
    if (!target) return false;
    if (target.matches("input")) target.focus();
    else target.click();
    return true;
  }

  const ACTIONS = {
    j: () => mark(document.querySelector(".is-current") ? current + 1 : 0),
    k: () => mark(current - 1),
    "/": () => press("/") || location.assign("/#search"), // the search is on the list of groups
    "?": () => document.getElementById("keys-help")?.showModal(),
    Enter: () => items()[current]?.querySelector("[data-open-item]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (document.getElementById("keys-state")?.value !== "on" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (openDialog() || isTyping(event.target)) return;
    if (event.key === "Enter" && !event.target.matches("[data-item]")) return; // links and buttons have their own
    const done = ACTIONS[event.key] ? (ACTIONS[event.key](), true) : press(event.key);
    if (done) event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-item]");
    if (item) mark(items().indexOf(item), { focus: false });
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "panel") return;
    const dialog = document.getElementById("ask");
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-focus]")?.focus();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== document.body) return;
    const wanted = document.querySelector("main [data-focus]");
    if (wanted) wanted.focus();
    else if (items().length && event.detail.requestConfig?.verb === "post") mark(current);
    else document.getElementById("main")?.focus({ preventScroll: true });
  });

  document.addEventListener("htmx:sendError", () => { // the server has stopped, or cannot be reached
    const words = document.getElementById("no-answer");
    (openDialog() ?? document.getElementById("main")).prepend(words);
    words.hidden = false;
    words.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("htmx:beforeRequest", () => {
    const words = document.getElementById("no-answer");
    if (words) words.hidden = true;
  });

  document.documentElement.classList.add("has-script");
  document.querySelector("main [data-focus]")?.focus();
})();
