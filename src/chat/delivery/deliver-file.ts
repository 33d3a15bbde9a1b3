import { type Download, type Downloads, downloadMinutes } from '../../access/downloads.ts';
import type { Actor } from '../../access/policy.ts';
import { type Message, say } from '../model/message.ts';
import type { ChatAdapter } from './chat-adapter.ts';
import { createTellPrivately } from './tell-privately.ts';

/** How a file came to a person: itself, by a link, or not at all, since the platform takes none and the bot has no address. */
export type Delivery = 'sent' | 'linked' | 'no-way';

/** Brings a file to one person, where nobody else reads it. */
export type DeliverFile = (to: Actor, file: Download) => Promise<Delivery>;

export type DeliverFileDependencies = {
  readonly adapter: ChatAdapter;
  readonly downloads: Downloads;
  /** The address of the page of a download; absent where the bot has none. */
  readonly pageOf?: ((id: string) => string) | undefined;
};

const linkMessage = (name: string, url: string): Message => ({
  summary: `${name} can be fetched`,
  parts: [
    say({ link: url, text: `Fetch ${name}` }),
    say(
      `The link is good once, for ${downloadMinutes} minutes. Do not pass it on: whoever has it gets the file.`,
    ),
  ],
});

/** Creates what brings files to people. */
export function createDeliverFile({ adapter, downloads, pageOf }: DeliverFileDependencies): DeliverFile {
  const tellPrivately = createTellPrivately(adapter);
  return async (to, file) => {
    if (await adapter.sendFile?.(to.workspaceId, to.userId, file)) return 'sent';
    if (!pageOf) return 'no-way';
    await tellPrivately(to, linkMessage(file.name, pageOf(await downloads.put(file))));
    return 'linked';
  };
}
