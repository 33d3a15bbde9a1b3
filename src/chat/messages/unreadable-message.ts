import type { Unreadable } from '../../connections/unreadable.ts';
import { type Message, say, typed } from '../model/message.ts';

const consequences: Readonly<Record<string, string>> = {
  connection: 'It is not verified, and lists leave it out.',
  'scheduled report': 'It does not come, and lists leave it out.',
};

const reasons: Readonly<Record<Unreadable['problem'], string>> = {
  newer: 'A newer version of the bot stored it, which can read it.',
  damaged: 'It is not as any version of the bot stores it.',
};

/** Tells an owner that something of theirs cannot be read, and what that means. */
export function unreadableMessage({ kind, key, name, problem }: Unreadable): Message {
  const what = name ? `Your ${kind} ${typed(name)}` : `A ${kind} of yours`;
  const title = `⚠️ ${what} cannot be read by this version of the bot`;
  const rest = [reasons[problem], consequences[kind], 'Nothing was changed or deleted.'].filter(Boolean);
  return {
    summary: title,
    parts: [
      say({ bold: title }),
      say(rest.join(' '), ' Its operator finds it in Redis under ', { code: key }, '.'),
    ],
  };
}
