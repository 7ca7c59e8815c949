// Runs a Python file, or the code behind -c, with MicroPython as WebAssembly: a candidate for a lane.
import { readFileSync, writeSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

const [first, second] = process.argv.slice(2);
const code = first === "-c" ? second : readFileSync(first, "utf8");
const python = await loadMicroPython({
  heapsize: 16 * 1024 * 1024,
  linebuffer: false,
  stdout: (bytes) => writeSync(1, bytes),
});
try {
  python.runPython(code);
} catch (error) {
  // the last line is the exception, as in CPython's own traceback
  writeSync(2, `${error.message ?? error}\n`);
  process.exitCode = 1;
}
