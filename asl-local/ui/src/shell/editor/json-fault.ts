// Where a text stops being JSON. The messages of `JSON.parse` differ between browsers and often lack the position.

export interface Fault {
  /** In UTF-16 code units from the start of the text. */
  from: number;
  to: number;
  message: string;
}

/** As deep as the server reads documents, and a bound for the recursion here. */
const MAX_DEPTH = 400;

/** The first fault of the text, if it has one. */
export function jsonFault(text: string): Fault | undefined {
  const reader = new Reader(text);
  try {
    reader.space();
    reader.value(0);
    reader.space();
    if (!reader.isAtEnd()) reader.fail(`expected the end of the text, found ${reader.found()}`);
  } catch (error) {
    if (error instanceof Stop) return error.fault;
    throw error;
  }
  return undefined;
}

class Stop {
  constructor(readonly fault: Fault) {}
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  fail(message: string, from = this.at, to = this.wordEnd(from)): never {
    throw new Stop({ from, to, message });
  }

  /** What stands here, for a message. */
  found(): string {
    if (this.isAtEnd()) return "the end of the text";
    const word = this.text.slice(this.at, Math.min(this.wordEnd(this.at), this.at + 20));
    return `\`${word}\``;
  }

  /** The end of the word, number or character that begins here. */
  private wordEnd(from: number): number {
    const word = /^[\w$+.-]+|^./su.exec(this.text.slice(from, from + 100));
    return from + (word?.[0].length ?? 0);
  }

  space(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }

  value(depth: number): void {
    const first = this.text[this.at] ?? "";
    if (depth >= MAX_DEPTH && (first === "{" || first === "[")) this.fail(`more than ${MAX_DEPTH} levels deep`);
    if (first === "{") this.object(depth);
    else if (first === "[") this.array(depth);
    else if (first === '"') this.string();
    else if (first === "-" || (first >= "0" && first <= "9")) this.number();
    else this.literal();
  }

  private object(depth: number): void {
    const open = this.at++;
    this.space();
    if (this.take("}")) return;
    do {
      this.space();
      if (this.text[this.at] === "}") this.fail("a comma before `}`", this.lastComma(), this.lastComma() + 1);
      if (this.isAtEnd()) this.unclosed(open, "");
      if (this.text[this.at] !== '"') this.fail(`expected a key in double quotes, found ${this.found()}`);
      this.string();
      this.space();
      if (!this.take(":")) this.fail(`expected \`:\` after the key, found ${this.found()}`);
      this.space();
      this.value(depth + 1);
      this.space();
    } while (this.take(","));
    if (!this.take("}")) this.unclosed(open, "`,` or `}`");
  }

  private array(depth: number): void {
    const open = this.at++;
    this.space();
    if (this.take("]")) return;
    do {
      this.space();
      if (this.text[this.at] === "]") this.fail("a comma before `]`", this.lastComma(), this.lastComma() + 1);
      if (this.isAtEnd()) this.unclosed(open, "");
      this.value(depth + 1);
      this.space();
    } while (this.take(","));
    if (!this.take("]")) this.unclosed(open, "`,` or `]`");
  }

  private unclosed(open: number, expected: string): never {
    if (this.isAtEnd()) this.fail(`\`${this.text[open]}\` is not closed`, open, open + 1);
    return this.fail(`expected ${expected}, found ${this.found()}`);
  }

  private lastComma(): number {
    return this.text.lastIndexOf(",", this.at);
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private string(): void {
    const open = this.at++;
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined || character === "\n") {
        this.fail("the string is not closed", open, Math.min(this.at, this.text.length));
      }
      if (character < " ") this.fail("a control character in a string must be written as `\\u…`", this.at, this.at + 1);
      this.at++;
      if (character === '"') return;
      if (character === "\\") this.escape();
    }
  }

  private escape(): void {
    const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(this.text.slice(this.at, this.at + 5));
    if (escape === null) this.fail("an unknown escape in a string", this.at - 1, Math.min(this.at + 1, this.text.length));
    this.at += escape[0].length;
  }

  private number(): void {
    const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$+.-])/y;
    number.lastIndex = this.at;
    if (!number.test(this.text)) this.fail(`not a number: ${this.found()}`);
    this.at = number.lastIndex;
  }

  private literal(): void {
    const word = /^(?:true|false|null)(?![\w$])/.exec(this.text.slice(this.at, this.at + 6));
    if (word === null) this.fail(`expected a value, found ${this.found()}`);
    this.at += word[0].length;
  }
}
