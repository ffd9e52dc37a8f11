(() => {
  const cards = [...document.querySelectorAll(".question")];
  const at = () => cards.indexOf(document.activeElement && document.activeElement.closest(".question"));
  const go = (index) => { const card = cards[Math.max(0, Math.min(index, cards.length - 1))]; if (card) card.focus(); };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(at() + 1);
    else if (event.key === "k") go(at() - 1);
    else {
      const card = cards[Math.max(at(), 0)];
      const button = card && card.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
      if (button) button.click();
    }
  });
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named) named.focus(); else go(0);
})();
