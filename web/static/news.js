"use strict";
// Tells how many entries were recorded since the page was made, as the server sends them, and offers to show them.
(() => {
  const { dataset, src } = document.currentScript;
  const position = +dataset.position;
  const events = new EventSource(new URL("../events", src));
  let bar = null;
  const told = (count) => `${count.toLocaleString("en")} new ${count === 1 ? "entry" : "entries"}: `;
  const tell = (event) => {
    const count = JSON.parse(event.data).position - position;
    if (count < 1) return;
    if (!bar) {
      bar = document.createElement("p");
      bar.className = "arrived noprint";
      bar.setAttribute("role", "status");
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = "show";
      link.addEventListener("click", (click) => {
        click.preventDefault();
        location.reload();
      });
      bar.append(document.createElement("span"), link);
      document.body.append(bar);
    }
    bar.firstChild.textContent = told(count);
  };
  events.addEventListener("position", tell);
  events.addEventListener("entry", tell);
  addEventListener("pagehide", () => events.close());
})();
