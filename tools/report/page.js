/* global document, addEventListener */
"use strict";
{
  // search in the resource tree: an entry stays when it, one above it or one below it matches
  const search = document.getElementById("search");
  const found = document.querySelector("output[for=search]");
  const entries = [...document.querySelectorAll(".tree li")];
  search.closest("[hidden]").hidden = false;
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = entries.filter((li) => words.every((word) => li.dataset.words.includes(word)));
    const kept = new Set(hits);
    for (const hit of hits) {
      for (let up = hit.parentElement.closest("li"); up !== null; up = up.parentElement.closest("li")) kept.add(up);
    }
    for (const li of entries) {
      li.hidden = !kept.has(li);
      li.classList.toggle("hit", words.length > 0 && hits.includes(li));
    }
    found.textContent = words.length === 0 ? "" : `${hits.length} of ${entries.length}`;
  });

  // pointing at a box shows its own lines
  for (const picture of document.querySelectorAll("svg.picture")) {
    const edges = [...picture.querySelectorAll("[data-ends]")];
    for (const node of picture.querySelectorAll("[data-node]")) {
      const own = edges.filter((edge) => edge.dataset.ends.split(" ").includes(node.dataset.node));
      const show = (on) => {
        picture.classList.toggle("focused", on && own.length > 0);
        for (const edge of own) edge.classList.toggle("shown", on);
      };
      node.addEventListener("pointerenter", () => show(true));
      node.addEventListener("pointerleave", () => show(false));
    }
  }

  // paper shows what is folded
  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details.fold")) fold.open = true;
  });
}
