import { type Command, commands } from '../commands.ts';
import { type Message, type Span, say, typed } from '../model/message.ts';
import { type Reply, replySaying } from '../model/reply.ts';

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

/** Said to whoever typed what is no command. */
export function unknownCommand(text: string, nearest: Command, command: CommandSpan): Reply {
  const title = `There is no command "${typed(text)}".`;
  return replySaying(`${title} Did you mean `, command(nearest.words), '? ', command('help'), ' lists all.');
}
