/* Search in a site: no request leaves the folder. The index is scripts, as pages opened from a disk may load no other data. */
var armsledger = { parts: {}, words: {}, pages: {} };
(() => {
  "use strict";
  const CHUNK = 500, MOST = 50, LETTERS = 2;
  const UNSAID = new Set(["and", "of", "the", "to", "in", "for"]);
  const form = document.getElementById("find"), box = form.querySelector("input");
  const status = document.getElementById("found"), hits = document.getElementById("hits");
  const loads = new Map();
  let asked = 0;

  function load(file) {
    if (!loads.has(file)) {
      loads.set(file, new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = "search/" + file;
        script.onload = done;
        script.onerror = () => fail(new Error(file));
        document.head.append(script);
      }));
    }
    return loads.get(file);
  }
  function wordsOf(text) {
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) || [])].filter(word => !UNSAID.has(word));
  }
  function partOf(word) {
    const start = word.slice(0, LETTERS);
    return /^[\x00-\x7f]*$/.test(start) ? start : "u" + word.codePointAt(0).toString(16);
  }
  async function pagesOf(word) {
    const all = armsledger.parts[""], part = partOf(word);
    const parts = word.length < LETTERS && part === word ? all.filter(name => name.startsWith(part)) : all.filter(name => name === part);
    const found = new Set();
    for (const name of parts) {
      await load("words-" + name + ".js");
      for (const [other, steps] of Object.entries(armsledger.words[name])) {
        if (!other.startsWith(word)) continue;
        let number = 0;
        for (const step of steps) found.add(number += step);
      }
    }
    return found;
  }
  async function search() {
    const mine = ++asked, words = wordsOf(box.value);
    hits.replaceChildren();
    if (!words.length) { status.textContent = box.value.trim() ? "Write a word that tells more." : ""; return; }
    await load("parts.js");
    let found = null;
    for (const word of words) {
      const pages = await pagesOf(word);
      found = found === null ? pages : new Set([...found].filter(number => pages.has(number)));
    }
    const numbers = [...found].sort((one, other) => one - other).slice(0, MOST);
    for (const chunk of new Set(numbers.map(number => Math.floor(number / CHUNK)))) await load("pages-" + chunk + ".js");
    if (mine !== asked) return;
    if (!found.size) {
      status.textContent = "No page holds this. Looked through are names, titles and keys, and what entries say, with quotes and notes; of the rows of registers the names alone. Names of persons are not searched.";
      return;
    }
    status.textContent = found.size === 1 ? "1 page holds this." : found.size.toLocaleString("en") + " pages hold this" + (found.size > MOST ? "; the first " + MOST + " are shown." : ".");
    for (const number of numbers) {
      const [path, title, below] = armsledger.pages[Math.floor(number / CHUNK)][number % CHUNK];
      const item = document.createElement("li"), link = document.createElement("a"), line = document.createElement("div");
      link.href = path;
      link.textContent = title;
      line.textContent = below;
      line.className = "mute small";
      item.append(link, line);
      hits.append(item);
    }
  }
  function run() { search().catch(() => { status.textContent = "The index of this site could not be loaded."; }); }
  form.addEventListener("submit", event => {
    event.preventDefault();
    history.replaceState(null, "", "?q=" + encodeURIComponent(box.value));
    run();
  });
  box.addEventListener("input", run);
  document.documentElement.classList.add("on");
  box.value = new URLSearchParams(location.search).get("q") || "";
  run();
})();
