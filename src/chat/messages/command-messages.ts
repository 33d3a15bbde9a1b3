import { type CommandId, commands, formCommands } from '../commands.ts';
import { type Button, type Message, type Part, plainText, type Span, say, typed } from '../model/message.ts';
import { parseCommand } from '../parse-command.ts';

/** A command as a person types it. */
export type CommandSpan = (words: string) => Span;

/** Every command with what it does. */
export function helpMessage(command: CommandSpan): Message {
  const items = commands.map(({ words, argument, summary }): Span[] => [
    command([words, argument].filter(Boolean).join(' ')),
    ` ${summary}`,
  ]);
  const title = 'What this bot understands';
  const example = say('Start with ', command('connection add aws'), '.');
  return { summary: title, parts: [say({ bold: title }), { kind: 'list', items }, example] };
}

const opensForm = (id: CommandId) => formCommands.includes(id);

/** A button that does what a command does. */
function runButton(words: string): Part {
  const parsed = parseCommand(words);
  const isForm = parsed.kind === 'command' && opensForm(parsed.id);
  const button: Button = {
    label: 'Yes, do that',
    action: isForm ? 'open-form' : 'run-command',
    value: words,
    style: 'primary',
  };
  return { kind: 'buttons', buttons: [button] };
}

/** Asks whether a command was meant, with a button that carries it out. */
export function didYouMean(spans: readonly Span[], words: string, command: CommandSpan): Message {
  const asked: Span[] = [...spans, ' Did you mean ', command(words), '?'];
  return { summary: plainText(asked), parts: [say(...asked), runButton(words)] };
}

/** Said to whoever typed what is no command. */
export function unknownCommand(text: string, meant: string | undefined, command: CommandSpan): Message {
  const spans: Span[] = [`There is no command "${typed(text)}". `, command('help'), ' lists all.'];
  if (meant) return didYouMean(spans, meant, command);
  return { summary: plainText(spans), parts: [say(...spans)] };
}
