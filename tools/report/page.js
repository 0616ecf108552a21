/* global document, addEventListener */
"use strict";
{
  // search in the resource tree: an entry stays when it, one above it or one below it matches
  const search = document.getElementById("search");
  const found = document.querySelector("output[for=search]");
  const entries = [...document.querySelectorAll(".tree li")];
  const branches = [...document.querySelectorAll(".tree .branch")];
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
    // a hit is seen, and without words the tree is as it was at first
    for (const branch of branches)
      branch.open = words.length === 0 ? "first" in branch.dataset : branch.querySelector(".hit") !== null;
    found.textContent = words.length === 0 ? "" : `${hits.length} ${found.dataset.of} ${entries.length}`;
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

  // paper shows what is folded, and the page is as before when that is done
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details.fold:not([open])")];
    for (const fold of unfolded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of unfolded) fold.open = false;
  });
}
