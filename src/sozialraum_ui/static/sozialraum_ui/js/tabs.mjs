// Tabs: without script the links lead to sections that are all visible; with it one section shows at a time.
export function connectTabs(root) {
  for (const list of root.querySelectorAll("[data-tablist]")) {
    if (!list.dataset.ready) connectList(list);
  }
}

function connectList(list) {
  list.dataset.ready = "1";
  const tabs = [...list.querySelectorAll("a[href^='#']")].filter((tab) => panelOf(tab));
  if (!tabs.length) return;
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panelOf(tab).id);
    const panel = panelOf(tab);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.classList.add("tabpanel");
    panel.tabIndex = 0;
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      choose(tabs, tab);
      history.replaceState(history.state, "", tab.hash);
    });
    tab.addEventListener("keydown", (event) => move(event, tabs, tab));
  }
  choose(tabs, tabs.find((tab) => tab.hash === location.hash) ?? tabs.find((tab) => "current" in tab.dataset) ?? tabs[0]);
}

function panelOf(tab) {
  return document.getElementById(tab.hash.slice(1));
}

function choose(tabs, chosen) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    panelOf(tab).hidden = tab !== chosen;
  }
}

function move(event, tabs, tab) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const goal = { Home: tabs[0], End: tabs.at(-1) }[event.key] ?? (step && tabs.at((tabs.indexOf(tab) + step) % tabs.length));
  if (!goal) return;
  event.preventDefault();
  choose(tabs, goal);
  goal.focus();
}
