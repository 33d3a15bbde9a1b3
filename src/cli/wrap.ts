/** Columns that a line may have. */
export const width = 80;

/** Breaks a text at spaces so that each line fits, the first one behind what stands there already. */
export function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = indent;
    for (const word of paragraph.split(' ')) {
      const joined = line === indent ? indent + word : `${line} ${word}`;
      if (joined.length > width && line !== indent) {
        lines.push(line);
        line = indent + word;
      } else line = joined;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** A term with what it is beside it, in lines that fit. */
export function describeTerm(term: string, text: string, column: number): string {
  const lines = wrap(text, ' '.repeat(column)).trimStart();
  return `  ${term.padEnd(column - 4)}  ${lines}`;
}
