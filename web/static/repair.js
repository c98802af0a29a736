/* On the page of a stream, where one may record: each entry leads to where it is repaired, each disagreement to where it
   is resolved, each finding to where it is answered. */
(() => {
  "use strict";
  const ways = document.getElementById("repair");
  if (!ways) return;
  const repairs = ways.getAttribute("href");
  const [home, query] = repairs.split("/repair?");
  const stream = new URLSearchParams(query).get("stream");

  const add = (place, text, label, href) => {
    const link = Object.assign(document.createElement("a"), { href, className: "small noprint", textContent: text });
    link.setAttribute("aria-label", label);
    place.append(" ", link);
  };
  for (const row of document.querySelectorAll("#record tbody[id^=e]")) {
    const number = /^e(\d+)$/.exec(row.id);
    const cell = row.querySelector("tr > :last-child");
    if (number && cell) add(cell, "repair", `Repair entry ${number[1]}`, `${repairs}#${row.id}`);
  }
  for (const dispute of document.querySelectorAll("#disagree .cmp")) {
    const numbers = [...dispute.querySelectorAll("a.r[href^='#e']")].map((ref) => /^#e(\d+)$/.exec(ref.getAttribute("href")));
    const entries = [...new Set(numbers.filter(Boolean).map((number) => `${stream}@${number[1]}`))];
    const title = dispute.querySelector("h3");
    if (title && entries.length > 1) {
      const asked = new URLSearchParams({ entry: entries.join(" ") });
      add(title.parentElement, "resolve", `Resolve: ${title.textContent}`, `${home}/resolve?${asked}`);
    }
  }
  for (const finding of document.querySelectorAll("#disagree .fnd")) {
    const title = finding.querySelector("h3");
    if (title) add(finding, "answer it", `Answer: ${title.textContent}`, repairs);
  }
})();
