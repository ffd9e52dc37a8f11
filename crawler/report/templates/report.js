(() => {
  const bar = document.querySelector(".search"), entries = [...document.querySelectorAll("[data-outcome]")];
  if (!entries.length) return;
  bar.hidden = false;
  const words = bar.querySelector("input"), choices = [...bar.querySelectorAll("select")], told = bar.querySelector("[role=status]"), all = bar.querySelector("button");
  const texts = new Map(), cards = new Map();
  const text = (node, cache) => cache.get(node) ?? cache.set(node, node.textContent.toLowerCase()).get(node);
  // What an entry is found by: its own words, and the headings that it stands under.
  const finds = (entry, wanted) => text(entry, texts).includes(wanted)
    || [...entry.closest(".card").querySelectorAll("h3, h4")].some((heading) => heading.parentElement.contains(entry) && text(heading, cards).includes(wanted));

  for (const choice of choices) {
    const counted = new Map();
    for (const entry of entries) counted.set(entry.dataset[choice.name], (counted.get(entry.dataset[choice.name]) ?? 0) + 1);
    counted.delete("");
    for (const [value, number] of [...counted].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))) choice.add(new Option(`${value} (${number.toLocaleString("en")})`, value));
    choice.parentElement.hidden = counted.size < 2;
  }

  const show = () => {
    const wanted = words.value.trim().toLowerCase(), set = choices.filter((choice) => choice.value), is = Boolean(wanted || set.length);
    let shown = 0;
    for (const entry of entries) {
      const fits = set.every((choice) => entry.dataset[choice.name] === choice.value) && (!wanted || finds(entry, wanted));
      entry.hidden = !fits;
      shown += fits;
    }
    for (const box of document.querySelectorAll(".article, main .card, main section")) box.hidden = is && !box.querySelector("[data-outcome]:not([hidden])");
    told.textContent = is ? `${shown.toLocaleString("en")} of ${entries.length.toLocaleString("en")} shown` : "";
    all.hidden = !is;
  };
  const clear = () => { words.value = ""; for (const choice of choices) choice.value = ""; show(); };
  let later;
  words.addEventListener("input", () => { clearTimeout(later); later = setTimeout(show, 120); });
  for (const choice of choices) choice.addEventListener("change", show);
  all.addEventListener("click", () => { clear(); words.focus(); });

  let here = null;
  const go = (step) => {
    const seen = entries.filter((entry) => !entry.hidden);
    if (!seen.length) return;
    const at = seen.indexOf(here);
    here = seen[at < 0 ? (step > 0 ? 0 : seen.length - 1) : Math.min(Math.max(at + step, 0), seen.length - 1)];
    here.tabIndex = -1;
    here.focus({preventScroll: true});
    here.scrollIntoView({block: "center"});
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === words) { if (event.key === "Escape") { clear(); words.blur(); } return; }
    if (event.target.matches("select")) return;
    if (event.key === "/") { event.preventDefault(); words.focus(); words.select(); }
    else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
  });
})();
