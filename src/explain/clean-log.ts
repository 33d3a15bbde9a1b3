import { stripVTControlCharacters } from 'node:util';
import { namesSecret, withPlainSecrets } from './secrets.ts';

// Tools and build services put things around a message: colours, times, marks at the start of a line, line ends at the
// edge of a terminal. What is left is what somebody said.

/** More is not read; what ended a build stands at the end. */
export const mostCharacters = 5_000_000;

/** Colours whose escape was lost on the way, as build services and the clipboard do it. */
const colours = /(?:\\u001[bB]|\\x1[bB]|\\033|\^\[|�)?\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m/g;

/** What stands before a message on its line; several of these may. */
const marks: readonly RegExp[] = [
  // Times of build services and of loggers.
  /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?:\s0\dO[ +]?)?\s?/,
  /^\[\d\d:\d\d:\d\d\]\s?/,
  // Azure Pipelines and GitHub Actions.
  /^##\[(?:error|warning|debug|section|command|group)\]/,
  /^::(?:error|warning)[^:\n]{0,200}::/,
  // Jenkins and Maven.
  /^\[(?:Pipeline|INFO|ERROR|WARN(?:ING)?)\]\s?/,
  // Terraform draws a frame around its errors.
  /^[│╷╵]\s?/,
  // Packer's own log, and what it prints of a build.
  /^ui(?: error)?: /,
  /^(?:==> | {4})[\w.-]{1,80}: /,
];

/** A line of `packer -machine-readable`: https://developer.hashicorp.com/packer/docs/commands#machine-readable-output */
const machineReadable = /^\d{10},[^,\n]{0,100},(?:ui,(?:say|message|error)|error|error-count),/;

const mostOfJson = 200_000;

/** The texts in a JSON value, names beside short ones. */
function textsIn(value: unknown, name = '', depth = 0): string[] {
  if (depth > 8) return [];
  if (typeof value === 'string') {
    const inner = fromJson(value);
    if (inner !== value) return [inner];
    // A name that says that its value is a secret stays with it.
    if (namesSecret(name)) return [`"${name}": ${JSON.stringify(value)}`];
    const isText = /\s/.test(value);
    return [isText || !name ? value : `"${name}": "${value}"`];
  }
  if (typeof value === 'boolean' && name) return [`"${name}": ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    textsIn(each, Array.isArray(value) ? name : key, depth + 1),
  );
}

/** A line of a log that is written as JSON, as what it says. */
function fromJson(line: string): string {
  const trimmed = line.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}') || trimmed.length > mostOfJson) return line;
  try {
    return textsIn(JSON.parse(trimmed)).join('\n');
  } catch {
    return line;
  }
}

function withoutMarks(line: string): string {
  let rest = line;
  for (let turn = 0; turn < 4; turn += 1) {
    const before = rest;
    for (const mark of marks) rest = rest.replace(mark, '');
    if (rest === before) break;
  }
  return rest;
}

const fromMachine = (line: string) =>
  machineReadable.test(line) ? line.replace(machineReadable, '').replaceAll('%!(PACKER_COMMA)', ',') : line;

/** The width that lines were cut at, where several in a row are exactly so long and none is longer. */
function cutAt(lines: readonly string[]): number | undefined {
  const width = lines.reduce((most, { length }) => Math.max(most, length), 0);
  const isCut = lines.some((line, index) => line.length === width && lines[index + 1]?.length === width);
  return width >= 40 && width <= 400 && isCut ? width : undefined;
}

/** Lines that a terminal cut, joined again; a cut goes through words. */
function joined(lines: readonly string[]): string {
  const width = cutAt(lines);
  // A text that was cut off ends without a line end.
  return lines
    .map((line, index) => {
      const next = lines[index + 1];
      const isCut = line.length === width && next !== '';
      return isCut || next === undefined ? line : `${line}\n`;
    })
    .join('');
}

/** Quotation marks and line ends that are written out, as JSON in a text has them. */
const written = (text: string) =>
  text
    .replace(/\\u0027|[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\\u0022|\\{1,8}"/g, '"')
    .replace(/\\{1,8}(?:r\\{1,8})?n/g, '\n')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&#34;|&quot;/g, '"');

/** What a log says, line by line, without what stands around it. Of one that is too long its end. */
export function cleanLog(raw: string): string {
  const lines = stripVTControlCharacters(raw.slice(-mostCharacters))
    .replace(colours, '')
    .split(/\r\n|\r|\n/);
  return written(withPlainSecrets(joined(lines.map((line) => fromJson(fromMachine(withoutMarks(line)))))));
}
