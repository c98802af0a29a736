"use strict";
// Steps through the days of the state and of the belief. The page carries what it shows at each of them (armsledger.web.steps).
(() => {
  const source = document.getElementById("steps");
  if (!source) return;
  const steps = JSON.parse(source.textContent);
  // Quotes stand as backticks. What a slot shows at first stands in the page, and is not carried twice.
  const texts = steps.texts.map((text) => text.replaceAll("`", '"'));
  const slots = new Map();
  for (const [before, names] of Object.entries(steps.slots)) {
    for (const [name, runs] of Object.entries(names)) slots.set(before + name, runs);
  }
  const begun = new Map();
  for (const element of document.querySelectorAll("[data-slot]")) begun.set(element.dataset.slot, element.innerHTML);
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const dayOf = (ordinal) => new Date((ordinal - 719163) * 864e5);
  const words = (ordinal) => {
    const day = dayOf(ordinal);
    return `${day.getUTCDate()} ${months[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
  };
  const iso = (ordinal) => dayOf(ordinal).toISOString().slice(0, 10);
  const ordinalOf = (text) => Math.round(Date.parse(text) / 864e5) + 719163;
  const knownWords = steps.words || steps.known.map(([, ordinal]) => words(ordinal));

  // The number in a list of runs (place, number, place, number, ...) that holds at a place; -1 before the first.
  const held = (runs, place) => {
    let found = -1;
    for (let i = 0; i < runs.length && runs[i] <= place; i += 2) found = runs[i + 1];
    return found;
  };
  const fragment = (slot, day, known) => {
    const [numbers, lists] = slots.get(slot) || [[], []];
    const list = held(lists, known);
    const place = list < 0 ? -1 : held(steps.lists[list], day);
    if (place < 0) return "";
    return numbers[place] < 0 ? begun.get(slot) : texts[numbers[place]];
  };
  const lastOf = (places, wanted) => {
    let found = 0;
    while (found + 1 < places.length && places[found + 1] <= wanted) found++;
    return found;
  };

  const elements = [...document.querySelectorAll("[data-slot]")];
  const shown = new Map();
  let day = steps.day;
  let known = steps.known.length - 1;
  const dayInput = at("day"), knownInput = at("known"), together = at("together");

  const fill = () => {
    for (const element of elements) {
      const html = fragment(element.dataset.slot, day, known);
      if (shown.get(element) === html) continue;
      shown.set(element, html);
      element.innerHTML = html;
    }
  };
  // What moves with the day of the state: lines and marks that reach to it, and facts that lie after it.
  const move = () => {
    const ordinal = steps.days[day];
    for (const svg of document.querySelectorAll("svg[data-d0]")) {
      const { d0, x0, scale, min, max, axis } = svg.dataset;
      const place = (to) => Math.min(Math.max(+x0 + (to - d0) * scale, min ?? -1e9), max ?? 1e9);
      const here = place(ordinal);
      const isOff = here !== +x0 + (ordinal - d0) * scale;
      for (const element of svg.querySelectorAll("[data-within]")) element.classList.toggle("off", isOff);
      for (const element of svg.querySelectorAll("[data-day]")) {
        const from = element.dataset.from === undefined ? here : +element.dataset.from;
        const value = (+scale < 0 ? Math.min(here, from) : Math.max(here, from)).toFixed(1);
        for (const name of element.dataset.day.split(" ")) {
          if (name === "transform") {
            element.setAttribute(name, axis === "y" ? `translate(0 ${value})` : `translate(${value} 0)`);
          } else if (name === "text") {
            element.textContent = words(ordinal);
          } else {
            element.setAttribute(name, value);
          }
        }
      }
      for (const element of svg.querySelectorAll("[data-first]")) {
        element.classList.toggle("fut", +element.dataset.first > ordinal);
      }
    }
  };
  const tell = () => {
    const dayText = words(steps.days[day]), knownText = knownWords[known];
    dayInput.value = day;
    knownInput.value = known;
    dayInput.setAttribute("aria-valuetext", dayText);
    knownInput.setAttribute("aria-valuetext", knownText);
    for (const id of ["day-shown", "day-told"]) at(id).textContent = dayText;
    for (const id of ["known-shown", "known-told"]) at(id).textContent = knownText;
    at("day-earlier").disabled = day === 0;
    at("day-later").disabled = day === steps.days.length - 1;
    at("known-earlier").disabled = known === 0;
    at("known-later").disabled = known === steps.known.length - 1;
    const title = fragment("head/title", day, known);
    if (title) document.title = `${new DOMParser().parseFromString(title, "text/html").body.textContent} · armsledger`;
  };
  const show = (keep = true) => {
    fill();
    move();
    tell();
    if (keep) history.replaceState(null, "", `#at=${iso(steps.days[day])}&known=${encodeURIComponent(steps.known[known][0])}`);
    document.dispatchEvent(new CustomEvent("stepped"));
  };
  const clamp = (place, length) => Math.max(0, Math.min(length - 1, place));
  const ordinals = steps.known.map(([, ordinal]) => ordinal);
  const stepTo = (toDay, toKnown) => {
    day = toDay;
    known = toKnown;
    show();
  };
  const setDay = (place) => {
    day = clamp(place, steps.days.length);
    if (together.checked) known = lastOf(ordinals, steps.days[day]);
    show();
  };
  const setKnown = (place) => {
    known = clamp(place, steps.known.length);
    if (together.checked) day = lastOf(steps.days, ordinals[known]);
    show();
  };
  dayInput.addEventListener("input", () => setDay(+dayInput.value));
  knownInput.addEventListener("input", () => setKnown(+knownInput.value));
  together.addEventListener("change", () => setDay(day));
  at("day-earlier").addEventListener("click", () => setDay(day - 1));
  at("day-later").addEventListener("click", () => setDay(day + 1));
  at("known-earlier").addEventListener("click", () => setKnown(known - 1));
  at("known-later").addEventListener("click", () => setKnown(known + 1));
  dayInput.form.addEventListener("submit", (event) => event.preventDefault());

  // An address such as #at=2021-12-31&known=2021-11-23 says where the page stands; any other leads to an entry.
  const fromAddress = () => {
    const asked = location.hash.match(/^#at=([\d-]+)&known=([^&]+)/);
    if (!asked) return false;
    const name = decodeURIComponent(asked[2]);
    const place = steps.known.findIndex(([text]) => text === name);
    const dates = [ordinalOf(asked[1]), place >= 0 ? ordinals[place] : ordinalOf(name)];
    if (dates.some(Number.isNaN)) return false;
    day = lastOf(steps.days, dates[0]);
    known = place >= 0 ? place : lastOf(ordinals, dates[1]);
    show(false);
    return true;
  };
  addEventListener("hashchange", fromAddress);
  root.classList.add("on");
  if (!fromAddress()) {
    move();
    tell();
  }
  // What other scripts of the page ask.
  window.armsledger = { steps, slots, fragment, words, knownWords, iso, standing: () => ({ day, known }), stepTo };
})();
