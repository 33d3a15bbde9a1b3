import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { FormValues } from '../../src/chat/model/form.ts';
import { type Message, say } from '../../src/chat/model/message.ts';
import { type FileAccess, fetchFile, SlackFile } from './fetch-file.ts';
import { attachedSuffix } from './form.ts';
import { render } from './render.ts';
import type { ViewState } from './view-state.ts';

/** Bytes that a file field takes; what is asked for has a few thousand. */
const mostBytes = 64_000;
/** Milliseconds; Slack waits three seconds for the answer to a form, and the form is still to be stored. */
const patienceMs = 1_500;

/** The files in a form that was sent, by the id of their field: those with secrets, or those that are only attached. */
export function filesIn({ values }: ViewState, kind: 'secret' | 'attached'): Map<string, SlackFile[]> {
  const blocks = Object.entries(values).filter(
    ([id]) => id.endsWith(attachedSuffix) === (kind === 'attached'),
  );
  const files = blocks
    .flatMap(([, block]) => Object.entries(block))
    .map(([id, { files: list }]) => [id, z.array(SlackFile).catch([]).parse(list)] as const);
  return new Map(files.filter(([, list]) => list.length > 0));
}

async function readCapped(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const tooLarge = (name: string) =>
  `${name} is larger than ${mostBytes / 1_000} KB, so it is not the file that is asked for.`;
const notInTime = (name: string) =>
  `${name} could not be fetched from Slack in time. Try again, or paste its text.`;

type Download = { readonly text: string } | { readonly problem: string };

async function download(file: SlackFile, settings: FileAccess): Promise<Download> {
  const { name = 'The file', size = 0 } = file;
  const other = 'Paste its text instead.';
  if (size > mostBytes) return { problem: tooLarge(name) };
  const fetched = await fetchFile(file, settings, AbortSignal.timeout(patienceMs));
  switch (fetched.kind) {
    case 'elsewhere':
      return { problem: `${name} is not kept by Slack itself, so it is not fetched. ${other}` };
    case 'not-shown':
      return {
        problem: `Slack does not let this bot read ${name}: its scope files:read is missing. ${other}`,
      };
    case 'refused':
      return { problem: `Slack gave no file (${fetched.status}). ${other}` };
    case 'late':
      return { problem: notInTime(name) };
    default:
      try {
        const text = await readCapped(fetched.response);
        return text === undefined ? { problem: tooLarge(name) } : { text };
      } catch (err) {
        settings.logger.warn({ err }, 'an uploaded file could not be fetched');
        return { problem: notInTime(name) };
      }
  }
}

/** What was filled in, with the content of uploaded files in their fields, or one sentence for each that failed. */
export async function withUploads(
  values: FormValues,
  files: ReadonlyMap<string, readonly SlackFile[]>,
  settings: FileAccess,
): Promise<{ readonly values: FormValues; readonly problems: Readonly<Record<string, string>> }> {
  const read = await Promise.all(
    [...files].map(async ([id, [file]]): Promise<[string, Download]> => {
      if (values[id]) return [id, { problem: 'Upload the file or paste its text, not both.' }];
      return [id, file ? await download(file, settings) : { text: '' }];
    }),
  );
  const texts = read.flatMap(([id, result]) => ('text' in result ? [[id, result.text] as const] : []));
  const problems = read.flatMap(([id, result]) =>
    'problem' in result ? [[id, result.problem] as const] : [],
  );
  return { values: { ...values, ...Object.fromEntries(texts) }, problems: Object.fromEntries(problems) };
}

/** Told to whoever uploaded a file: a bot can delete only what it uploaded itself. */
export function uploadNotice({ name = 'The file', permalink }: SlackFile): Message {
  const text = `${name}, which you uploaded for a connection, stays in Slack under your name with the key in it.`;
  const where = permalink ? [' ', { link: permalink, text: 'Open it' }, ', ⋮,'] : [' In your files, ⋮,'];
  return {
    summary: text,
    parts: [say(`${text} Delete it now:`, ...where, ' Delete file. The bot cannot do that.')],
  };
}

/** Writes to a person alone, in the conversation between them and the bot. */
export async function sendDirectly(
  client: WebClient,
  userId: string,
  messages: readonly Message[],
): Promise<void> {
  const opened = await client.conversations.open({ users: userId });
  for (const message of messages)
    await client.chat.postMessage({ channel: opened.channel?.id ?? userId, ...render(message) });
}
