// Runs a Python file, or the code behind -c, with Pyodide, which is CPython as WebAssembly: a candidate for a lane.
import { readFileSync, writeSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [first, second] = process.argv.slice(2);
const code = first === "-c" ? second : readFileSync(first, "utf8");
const write = (stream) => ({ write: (bytes) => writeSync(stream, bytes) });
const python = await loadPyodide();
python.setStdout(write(1));
python.setStderr(write(2));
python.globals.set("__name__", "__main__");
try {
  python.runPython(code);
} catch (error) {
  writeSync(2, `${error.message ?? error}\n`);
  process.exitCode = 1;
}
