"use strict";
// What changed between two beliefs about the day at which the page stands, and every change up to its belief.
(() => {
  const page = window.armsledger;
  const section = document.getElementById("changed");
  if (!page || !section) return;
  const { steps, fragment, words, knownWords, standing } = page;
  const at = (id) => document.getElementById(id);
  const from = at("compared-from"), to = at("compared-to");
  const fields = [...page.slots.keys()]
    .filter((slot) => slot.startsWith("changes/text/"))
    .sort()
    .map((slot) => [slot, slot.replace(/^changes\/text\/\d+ /, "")]);
  // The belief that the reader compares with; until one is chosen, the one before the last change.
  const asked = section.dataset.compare;
  let chosen = asked ? Math.max(0, steps.known.filter(([, ordinal]) => ordinal <= +asked).length - 1) : null;
  let last = -1;

  const entriesAt = (day, known) => {
    const numbers = [];
    for (const range of fragment("changes/known", day, known).split(" ").filter(Boolean)) {
      const [first, end = first] = range.split("-").map(Number);
      for (let number = first; number <= end; number++) numbers.push(number);
    }
    return numbers;
  };
  const newEntries = (day, earlier, later) => {
    const before = new Set(earlier < 0 ? [] : entriesAt(day, earlier));
    return entriesAt(day, later).filter((number) => !before.has(number));
  };
  const changes = (day, earlier, later) =>
    fields
      .map(([slot, label]) => [label, earlier < 0 ? "" : fragment(slot, day, earlier), fragment(slot, day, later)])
      .filter(([, before, after]) => before !== after);
  const reference = (number) => `<a class="r" href="#e${number}">${number}</a>`;

  // On whose word: the source and the grade as the row of the record has them.
  const rows = document.createElement("template");
  const whose = (numbers, day, known) => {
    const told = [];
    for (const number of numbers) {
      rows.innerHTML = `<table><tr>${fragment(`record/entry/${String(number).padStart(5, "0")}`, day, known)}</tr></table>`;
      const who = rows.content.querySelector(".who"), grade = rows.content.querySelector(".g");
      const name = who ? `<span class="g ${grade.classList[1]}">${grade.textContent[0]}</span> ${who.innerHTML}` : "the ledger";
      const same = told.length && told[told.length - 1][0] === name ? told[told.length - 1] : null;
      if (same) same[1].push(number);
      else told.push([name, [number]]);
    }
    return told.map(([name, entries]) => `${name} ${entries.map(reference).join(" ")}`).join(", ");
  };
  const table = (kind, heads, body) =>
    `<table class="${kind}"><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead><tbody>${body}</tbody></table>`;

  const compare = (day) => {
    const earlier = +from.value, later = +to.value;
    if (earlier === later) {
      at("compared").innerHTML = '<p class="mute">One and the same belief: nothing is different.</p>';
      return;
    }
    const body = changes(day, earlier, later)
      .map(([label, before, after]) => `<tr><td>${label}</td><td data-l="then"><del>${before}</del></td><td data-l="now"><ins>${after}</ins></td></tr>`)
      .join("");
    const numbers = newEntries(day, earlier, later);
    const news = numbers.length
      ? `<p class="small news">${numbers.length} ${numbers.length === 1 ? "entry is" : "entries are"} known only to the later belief: ${numbers.map(reference).join(" ")}</p>`
      : "";
    const heads = ["Field", ...[earlier, later].map((known) => `As believed on ${knownWords[known]}`)];
    at("compared").innerHTML = table("diff", heads, body || '<tr><td colspan="3" class="mute">Nothing in these fields.</td></tr>') + news;
  };
  // All changes up to the belief at which the page stands: a later one has no line.
  const listAll = (day, known) => {
    const lines = [];
    for (let place = 0; place <= known; place++) {
      const numbers = newEntries(day, place - 1, place), changed = changes(day, place - 1, place);
      if (!numbers.length && !changed.length) continue; // something around the stream changed
      const what = (place ? changed : changed.filter(([, , after]) => !after.startsWith('<span class="mute">')))
        .map(([label, before, after]) => (place ? `<b>${label}</b> ${before} → ${after}` : `<b>${label}</b> ${after}`))
        .join("<br>");
      lines.push(
        `<tr><td class="num">${knownWords[place]}</td><td class="wide">${what || '<span class="mute">nothing in these fields</span>'}</td>` +
          `<td>${whose(numbers, day, place) || '<span class="mute">a source was graded anew</span>'}</td></tr>`,
      );
    }
    at("every-change").innerHTML = table("diff every", ["Since", "What it changed", "On whose word"], lines.join(""));
  };
  const offer = (select, count, value) => {
    select.innerHTML = knownWords.slice(0, count).map((text, place) => `<option value="${place}">${text}</option>`).join("");
    select.value = value;
  };
  const beforeLastChange = (day, known) => {
    for (let place = known; place > 0; place--) if (changes(day, place - 1, place).length) return place - 1;
    return Math.max(0, known - 1);
  };
  // What is known later has no place in a page that stands at an earlier belief; so whoever asks for it goes there.
  const since = at("changed-since");
  since.addEventListener("click", () => {
    chosen = standing().known;
    page.stepTo(steps.days.length - 1, steps.known.length - 1);
    document.getElementById("changed").scrollIntoView();
  });
  const show = () => {
    const { day, known } = standing();
    since.hidden = known === steps.known.length - 1;
    since.textContent = `What has changed since ${knownWords[known]}?`;
    at("compared-day").textContent = words(steps.days[day]);
    if (known !== last) {
      last = known;
      offer(to, known + 1, known);
      offer(from, known + 1, chosen !== null && chosen < known ? chosen : beforeLastChange(day, known));
    }
    compare(day);
    if (at("every-change").closest("details").open) listAll(day, known);
    else at("every-change").textContent = "";
  };
  from.addEventListener("change", () => {
    chosen = +from.value;
    compare(standing().day);
  });
  to.addEventListener("change", () => compare(standing().day));
  from.form.addEventListener("submit", (event) => event.preventDefault());
  at("every-change").closest("details").addEventListener("toggle", show);
  document.addEventListener("stepped", show);
  show();
})();
