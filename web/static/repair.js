/* On the page of a stream, where one may record: each entry of the record leads to where it is repaired. */
(() => {
  "use strict";
  const ways = document.getElementById("repair");
  if (!ways) return;
  for (const row of document.querySelectorAll("#record tbody[id^=e]")) {
    const number = /^e(\d+)$/.exec(row.id);
    const cell = row.querySelector("tr > :last-child");
    if (!number || !cell) continue;
    const link = Object.assign(document.createElement("a"), {
      href: `${ways.getAttribute("href")}#${row.id}`,
      className: "small noprint",
      textContent: "repair",
    });
    link.setAttribute("aria-label", `Repair entry ${number[1]}`);
    cell.append(" ", link);
  }
})();
