// Starts what the page has; every part finds its own data attributes and works on pages that lack the others.
import { connectCopy } from "./copy.mjs";
import { connectDrawer } from "./drawer.mjs";
import { connectFilters } from "./filter.mjs";
import { connectLasso } from "./lasso.mjs";
import { connectMaps } from "./map.mjs";
import { connectPage } from "./page.mjs";
import { connectPins } from "./pins.mjs";
import { connectPlay } from "./play.mjs";
import { connectRug } from "./rug.mjs";
import { connectTables } from "./sort.mjs";
import { connectTabs } from "./tabs.mjs";
import { connectWorkbench } from "./workbench.mjs";

function connect(root) {
  connectTabs(root);
  connectTables(root);
  connectFilters(root);
  connectLasso(root);
  connectMaps(root);
  connectPins(root);
  connectWorkbench(root, connect);
  connectDrawer(root);
  connectPlay(root);
  connectCopy(root);
  connectPage(root);
  connectRug(root);
}

connect(document);
