import { until } from '../until.ts';
import type { SlackPerson } from './person.ts';
import type { SlackPost } from './workspace.ts';

/**
 * Presses *Verify again* until there is what `look` finds. A job ends a moment after its last message, and whoever clicks
 * in that moment is told that the verification is still under way; a person then clicks once more.
 */
export async function verifyAgain<Found>(
  person: SlackPerson,
  root: SlackPost,
  look: () => Promise<Found | false | undefined>,
): Promise<Found> {
  for (;;) {
    person.privately.splice(0);
    await person.click(root, 'verify-again');
    const answer = await until('an answer to Verify again', async () => {
      const found = await look();
      if (found) return { found };
      return person.privately.length > 0 && { found: undefined };
    });
    if (answer.found) return answer.found;
  }
}
