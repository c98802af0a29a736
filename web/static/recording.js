/* What makes recording quicker; every page that records works without it. */
(() => {
  "use strict";
  document.documentElement.classList.add("on");
  const form = document.querySelector("form.desk");
  document.getElementById("problems")?.focus();
  if (!form) return;

  // A marked passage becomes the quote of the entry whose fields are shown.
  const article = form.querySelector("#article"), mark = form.querySelector("[data-quote]");
  const quote = document.getElementById("f.quote");
  const marked = () => article.value.slice(article.selectionStart, article.selectionEnd).trim();
  const look = () => { mark.disabled = !quote || !marked(); };
  for (const event of ["select", "keyup", "mouseup", "input"]) article.addEventListener(event, look);
  mark.addEventListener("click", () => {
    quote.value = marked().replace(/\s+/g, " ");
    quote.focus();
  });

  // Another event has other fields.
  const tells = form.querySelector("#tells");
  tells.addEventListener("change", () => form.requestSubmit(form.querySelector(".go button")));

  // Keys are completed while one types, from all that there are.
  const complete = (input, kind) => {
    const list = document.getElementById(input.getAttribute("list"));
    if (!list) return;
    let asked = "", waiting = 0;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const begins = input.value.trim();
        if (begins === asked) return;
        asked = begins;
        const answer = await fetch(`${form.dataset.keys}?${new URLSearchParams({ kind: kind(), begins })}`);
        if (!answer.ok || begins !== asked) return;
        list.replaceChildren(...(await answer.json()).map((key) => new Option("", key)));
      }, 150);
    });
  };
  complete(form.querySelector("#key"), () => tells.value.split("/")[0] || "deal");
  complete(form.querySelector("#source"), () => "source");
})();
