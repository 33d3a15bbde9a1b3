import { aliases, commands } from './commands.ts';

/** A text in a cell of a table. */
const cell = (text: string) => text.replaceAll('|', '\\|');

const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;

/** The text of `docs/commands.md`: every command with what it takes, what it does, and how else it may be typed. */
export function commandsDocument(): string {
  const rows = commands.map(({ id, words, argument, summary, example }) =>
    row([
      `\`/xoap ${[words, argument].filter(Boolean).join(' ')}\``,
      summary,
      `\`/xoap ${example}\``,
      (aliases[id] ?? []).map((alias) => `\`${alias}\``).join(', '),
    ]),
  );
  return `# Commands

In Slack a command begins with \`/xoap\`, or with what \`SLACK_COMMAND\` says; in Teams with \`@xoap\`, and in a chat with the bot alone with
the command itself. Words may be in capital or small letters. A name may be in quotation marks; a unique beginning of it is enough.
Where something was mistyped, the answer offers what was probably meant, to click. \`gcp\`, \`vmware\` and \`vcenter\`
are providers too.

${row(['command', 'what it does', 'example', 'may be typed as'])}
${row(['---', '---', '---', '---'])}
${rows.join('\n')}

Who may do what is a question of [roles](access.md). Without any setting everybody may add, list, show, verify, ask for reports and schedule them; only who
added a connection or made a schedule, or an admin, may edit, rotate, accept, remove, pause or resume it.

[Answers, buttons and reports](answers.md) tells what comes back. The [command line](cli.md) has commands of its own.

This page is made from \`src/chat/commands.ts\`; \`npx vitest run test/docs.test.ts --update\` makes it anew.
`;
}
