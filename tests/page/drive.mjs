// Looks at the scoreboard's page in a real browser: plain Node that speaks the DevTools protocol over a pipe.
//
//   node tests/page/drive.mjs BROWSER PAGE.html SHOW.json AXE.min.js FOLDER
//
// SHOW.json is what `molt-sync scoreboard show --format json` prints for the same history. Screenshots go into FOLDER. The first thing
// that is not as it has to be ends it with 1.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [browser, page, show, axe, folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: drive.mjs BROWSER PAGE.html SHOW.json AXE.min.js FOLDER");
mkdirSync(folder, { recursive: true });
const url = pathToFileURL(resolve(page)).href;
const profile = mkdtempSync(join(tmpdir(), "molt-sync-page-"));

// --- the browser
const flags = ["--headless", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "--no-first-run", "--hide-scrollbars",
  "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
const child = spawn(browser, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const [, , , input, output] = child.stdio;
const waiting = new Map(), seen = { console: [], requests: [] };
let last = 0, text = "", onLoad = () => {};
output.on("data", (chunk) => {
  text += chunk;
  for (let end; (end = text.indexOf("\0")) >= 0; text = text.slice(end + 1)) heard(JSON.parse(text.slice(0, end)));
});
function heard(message) {
  if (message.id) {
    const { done, failed, method } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) failed(new Error(`${method}: ${message.error.message}`)); else done(message.result);
  } else if (message.method === "Page.loadEventFired") onLoad();
  else if (message.method === "Runtime.exceptionThrown") seen.console.push(message.params.exceptionDetails.text);
  else if (message.method === "Runtime.consoleAPICalled") seen.console.push(message.params.args.map((it) => it.value).join(" "));
  else if (message.method === "Log.entryAdded") seen.console.push(message.params.entry.text);
  else if (message.method === "Network.requestWillBeSent") seen.requests.push(message.params.request.url);
}
let session;
function ask(method, params = {}) {
  const id = ++last;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed, method });
    input.write(JSON.stringify({ id, method, params, ...(session ? { sessionId: session } : {}) }) + "\0");
  });
}
async function run(expression) {
  const { result, exceptionDetails } = await ask("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}
async function open({ width = 1280, height = 900, scheme = "light", media = "", script = true } = {}) {
  await ask("Emulation.setScriptExecutionDisabled", { value: !script });
  await ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await ask("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
  const loaded = new Promise((done) => { onLoad = done; });
  await ask("Page.navigate", { url });
  await loaded;
}
async function shoot(name, whole) {
  const { data } = await ask("Page.captureScreenshot", { format: "png", captureBeyondViewport: whole });
  writeFileSync(join(folder, `${name}.png`), Buffer.from(data, "base64"));
}

// --- what has to be so
let count = 0;
function equal(found, wanted, what) {
  count += 1;
  const [a, b] = [found, wanted].map((it) => JSON.stringify(it) ?? "nothing");
  if (a !== b) throw new Error(`${what}: found ${a.slice(0, 2000)}, and it has to be ${b.slice(0, 2000)}`);
}

/** What a card says of a value. */
function words(id, value) {
  if (value === null || value === undefined) return "not measured";
  return id.endsWith("-pass") ? `${value.toFixed(1)} %` : String(value);
}

async function figures(rows) {
  const row = rows.at(-1);
  const found = await run(`Object.fromEntries([...document.querySelectorAll('[data-figure]')].map(it => [it.dataset.figure, it.textContent]))`);
  const wanted = Object.fromEntries(Object.entries(row.figures).map(([id, it]) => [id, words(id, it.value)]));
  equal(Object.keys(found).length, 9, "figures on the page");
  for (const id of Object.keys(wanted)) equal(found[id], wanted[id], `the figure ${id}`);
  const beside = await run(`Object.fromEntries([...document.querySelectorAll('[data-beside]')].map(it => [it.dataset.beside, it.textContent]))`);
  for (const [id, it] of Object.entries(row.beside)) equal(beside[id], it.value === null ? "–" : String(it.value), `beside: ${id}`);
  const weeks = await run(`[...document.querySelectorAll('#weeks tbody tr')].map(it => [...it.cells].map(it => it.dataset.value ?? it.textContent.trim()))`);
  const shown = rows.slice(-weeks.length).reverse();
  equal(weeks.length, Math.min(rows.length, 52), "weeks on the page");
  shown.forEach((row, at) => {
    equal(weeks[at][0], row.date, "the day of a week");
    const values = Object.keys(row.figures).length;
    equal(values, 9, "figures of a week");
  });
  const ids = await run(`[...document.querySelectorAll('[data-figure]')].map(it => it.dataset.figure)`);
  shown.forEach((row, at) => ids.forEach((id, column) =>
    equal(weeks[at][column + 1] && Number(weeks[at][column + 1]), row.figures[id].value ?? "", `${id} of ${row.date}`)));
}

/** The modules that are shown, in their order. */
const MODULES = `[...document.querySelectorAll('#modules tbody tr')].filter(it => !it.hidden)`;
async function filterAndSort() {
  const all = await run(`${MODULES}.length`);
  equal(await run(`document.getElementById('filter').hidden`), false, "the filter is there");
  const set = (id, value) => run(`{const it = document.getElementById('${id}'); it.value = ${JSON.stringify(value)};
    it.dispatchEvent(new Event(it.tagName === 'SELECT' ? 'change' : 'input', {bubbles: true}));}`);
  const name = (await run(`${MODULES}.map(it => it.cells[0].textContent.trim())`)).at(-1);
  await set("name", name.toUpperCase());
  const found = await run(`${MODULES}.map(it => it.cells[0].textContent.trim())`);
  equal(found.length > 0 && found.every((it) => it.toLowerCase().includes(name.toLowerCase())), true, `the filter for ${name}`);
  equal((await run(`document.getElementById('count').textContent`)).startsWith(`${found.length} of `), true, "the count of the filter");
  await set("name", "no such module");
  equal(await run(`${MODULES}.length`), 0, "a filter that nothing fits");
  equal(await run(`[...document.querySelectorAll('#modules tbody tr')].every(it => it.offsetParent === null)`), true, "what is filtered out is not seen");
  await set("name", "");
  for (const status of await run(`[...document.getElementById('status').options].map(it => it.value).filter(Boolean)`)) {
    await set("status", status);
    const words = await run(`[...new Set(${MODULES}.map(it => it.cells[1].textContent.trim()))]`);
    equal(words, [status], `the filter for ${status}`);
  }
  await set("status", "");
  equal(await run(`${MODULES}.length`), all, "without a filter");
  const columns = await run(`document.querySelectorAll('#modules thead th').length`);
  for (let at = 0; at < columns; at++) {
    const press = `document.querySelectorAll('#modules thead th button')[${at}].click()`;
    const cells = () => run(`${MODULES}.map(it => it.cells[${at}].dataset.value ?? it.cells[${at}].textContent.trim())`);
    await run(press);
    const up = await cells();
    equal(await run(`document.querySelectorAll('#modules thead th')[${at}].getAttribute('aria-sort')`), "ascending", `column ${at} says how it is sorted`);
    await run(press);
    const down = await cells();
    const sorted = [...up].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    equal(up, sorted, `column ${at} sorted upwards`);
    equal(down[0] === up.at(-1), true, `column ${at} sorted downwards`);
  }
  const reached = await run(`[...document.querySelectorAll('a[href^="#"]')].every(it => document.getElementById(it.hash.slice(1)))`);
  equal(reached, true, "every link on the page leads somewhere");
}

/** Of the long tables the first rows alone: the others have the same form, and thousands of cells take axe-core minutes. */
const REST = "#modules tbody tr:nth-child(n+25), #weeks tbody tr:nth-child(n+12), #changes :is(dt, dd):nth-of-type(n+6)";
async function accessible(what) {
  await run(`document.querySelectorAll(${JSON.stringify(REST)}).forEach(it => it.remove())`);
  await run(readFileSync(axe, "utf8"));
  const { violations } = await run(`axe.run(document, {resultTypes: ['violations']}).then(it => ({violations: it.violations.map(it => [it.id, it.nodes.slice(0, 3).map(it => it.html.slice(0, 160))])}))`);
  equal(violations, [], `violations found by axe-core, ${what}`);
}

/** Nothing is wider than the page, whatever the size of the window. */
async function fits(what) {
  equal(await run(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`), true, `the page fits, ${what}`);
}

async function main() {
  const { rows } = JSON.parse(readFileSync(show, "utf8"));
  const { targetInfos } = await ask("Target.getTargets");
  const target = targetInfos.find((it) => it.type === "page") ?? (await ask("Target.createTarget", { url: "about:blank" }));
  session = (await ask("Target.attachToTarget", { targetId: target.targetId, flatten: true })).sessionId;
  for (const it of ["Page", "Runtime", "Log", "Network"]) await ask(`${it}.enable`);
  await open();
  await shoot("light", true);
  await figures(rows);
  await fits("on a desk");
  await filterAndSort();
  await accessible("light");
  await open({ scheme: "dark" });
  await shoot("dark", true);
  await accessible("dark");
  await open({ width: 390, height: 844 });
  await shoot("phone", true);
  await fits("on a phone");
  await accessible("on a phone");
  // what it says without a script is what it says with one
  const said = `document.body.innerText.replace(/\\s+/g, ' ')`;
  await open({ script: false });
  await shoot("without-script", false);
  await ask("Emulation.setScriptExecutionDisabled", { value: false });
  await figures(rows);
  equal(await run(`document.getElementById('filter').offsetParent === null`), true, "there is no filter where it could not work");
  equal(await run(`${MODULES}.length > 0 && document.querySelectorAll('#modules thead button').length === 0`), true, "the modules without a script");
  equal((await run(said)).length > 1000, true, "the words without a script");
  await open({ media: "print" });
  await shoot("print-media", true);
  const pdf = await ask("Page.printToPDF", { printBackground: false, preferCSSPageSize: true });
  writeFileSync(join(folder, "print.pdf"), Buffer.from(pdf.data, "base64"));
  equal(seen.console, [], "messages on the console");
  equal([...new Set(seen.requests)], [url], "requests");
  console.log(`${page}: ${count} facts are as they have to be; screenshots are in ${folder}`);
}

const late = setTimeout(() => end(new Error("it took longer than two minutes")), 120_000);
child.on("error", (error) => end(new Error(`cannot start ${browser}: ${error.message}`)));
child.on("exit", (code) => end(new Error(`${browser} ended with ${code}`)));
let ended = false;
function end(error) {
  if (ended) return;
  ended = true;
  clearTimeout(late);
  if (error) console.error(`${page}: ${error.message}`);
  child.removeAllListeners("exit");
  child.once("exit", () => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    process.exit(error ? 1 : 0);
  });
  child.kill("SIGKILL");
}
main().then(() => end(), end);
