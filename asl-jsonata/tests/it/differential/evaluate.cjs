// Evaluates expressions with jsonata.js: a line `[expression, input]` each, answered by a line.
const jsonata = require("jsonata");
const lines = require("node:readline").createInterface({ input: process.stdin });

// jsonata.js evaluates the items of an array and the members of an object at the same time, and reports the error that comes
// first. Here it reports that of the first of them, as an evaluation in their order does.
Promise.all = async (promises) => {
  const ended = await Promise.allSettled(promises);
  const failed = ended.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return ended.map((one) => one.value);
};

function answer(value) {
  if (value === undefined) return { undefined: true };
  if (isOdd(value)) return { odd: true };
  return { value };
}

// Whether there is something in it that JSON cannot say: a function, or a number that is not finite.
function isOdd(value) {
  if (typeof value === "function" || (typeof value === "number" && !Number.isFinite(value))) return true;
  if (value === null || typeof value !== "object") return value === undefined;
  if (value._jsonata_lambda || value._jsonata_function || value instanceof RegExp) return true;
  return (Array.isArray(value) ? value : Object.values(value)).some(isOdd);
}

async function evaluate([expression, input]) {
  try {
    const compiled = jsonata(expression);
    const begun = Date.now();
    let depth = 0;
    // Expressions that take long are left out, as they are on the other side.
    const check = () => {
      depth += 1;
      if (depth > 200000 || Date.now() - begun > 500) throw { code: "U1001" };
    };
    compiled.assign(Symbol.for("jsonata.__evaluate_entry"), check);
    return answer(await compiled.evaluate(input));
  } catch (error) {
    return { error: error.code ?? String(error) };
  }
}

(async () => {
  for await (const line of lines) {
    process.stdout.write(JSON.stringify(await evaluate(JSON.parse(line))) + "\n");
  }
})();
