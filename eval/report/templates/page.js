"use strict";
(() => {
  const form = document.querySelector(".filter");
  const cases = [...document.querySelectorAll(".case")];
  const texts = new Map();
  const textOf = (one) => {
    if (!texts.has(one)) texts.set(one, one.textContent.toLowerCase());
    return texts.get(one);
  };
  const has = (one, list, wanted) => !wanted || one.dataset[list].split("|").includes(wanted);
  const shown = () => cases.filter((one) => !one.hidden);
  const filter = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of cases) {
      one.hidden = !(has(one, "names", form.elements.finding.value) && has(one, "marks", form.elements.mark.value)
        && words.every((word) => textOf(one).includes(word)));
    }
    form.querySelector("output").textContent = `${shown().length} of ${cases.length} cases`;
  };
  const openTarget = () => {
    const one = document.getElementById(location.hash.slice(1));
    if (one && one.matches(".case")) one.open = true;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of form.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      for (const one of button.dataset.open ? shown() : cases) one.open = Boolean(button.dataset.open);
    });
  }
  addEventListener("hashchange", openTarget);
  filter();
  openTarget();
})();
