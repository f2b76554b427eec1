// Repairs to what theme and Sphinx write, for readers who hear the page: each is a finding of axe-core otherwise.
document.addEventListener("DOMContentLoaded", () => {
  // The arrows that unfold a part of the side bar have no name.
  for (const summary of document.querySelectorAll("nav.bd-links details > summary")) {
    const part = summary.closest("li")?.querySelector("a")?.textContent.trim();
    summary.setAttribute("aria-label", `Pages of ${part ?? "this part"}`);
  }
  // A long signature is written as a list of definitions that defines nothing.
  for (const part of document.querySelectorAll("dt.sig dl")) {
    part.setAttribute("role", "none");
  }
  // The bibliography uses roles that ARIA has withdrawn.
  for (const part of document.querySelectorAll(".citation-list, .citation")) {
    part.removeAttribute("role");
  }
});
