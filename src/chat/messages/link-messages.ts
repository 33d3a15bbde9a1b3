import { linkMinutes } from '../../access/secret-links.ts';
import { type Message, say } from '../model/message.ts';

/** Said of a link to the page where a secret is entered, and apart from it the code that the page asks for. */
export function linkMessage({
  url,
  code,
  until,
}: {
  readonly url: string;
  readonly code: string;
  readonly until: Date;
}): { readonly message: Message; readonly privately: Message } {
  return {
    message: {
      summary: 'Enter the secret on the page of this bot',
      parts: [
        say({ link: url, text: 'Enter the secret on this page' }),
        say(
          `The link is for you alone, and good once, for ${linkMinutes} minutes: until `,
          { time: until.toISOString() },
          '. The page asks for a code, which only you are shown.',
        ),
      ],
    },
    privately: {
      summary: 'Your code for the page where the secret is entered',
      parts: [
        say('Your code for the page where the secret is entered: ', { code }),
        say('Enter it there and nowhere else. Whoever asks you for it is not this bot.'),
      ],
    },
  };
}
