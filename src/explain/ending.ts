import type { Provider } from '../providers/provider.ts';
import type { Told } from '../providers/told.ts';

/** Something that a log says, and of whom. */
export type Heard = Told & { readonly provider?: Provider };

/** Where a tool sums up what ended the build: https://developer.hashicorp.com/packer/docs/commands/build */
const summary = /errored after [^\n]{1,60}:|^--> [^\n:]{1,100}: /m;

/** What a tool undoes after an error may fail too, and ended nothing. */
const undoing =
  /clean(?:ing)?[ -]?up|(?:[Ee]rror|[Ff]ailed to) (?:deleting|delet|terminat|destroy)|Deleting |Terminating |Destroying /;

/** The line that something stands in, and what stands before it in a message that was wrapped. */
const lineOf = (text: string, { at }: Heard) =>
  text.slice(Math.max(text.lastIndexOf('\n', at), at - 300), at);

/** How much a message tells: of several readings of one, the one that tells most counts. */
function weightOf({ requirements, candidates = [], resource, policy, identity }: Heard): number {
  const named = requirements.length > 0 ? 6 : candidates.length > 0 ? 3 : 0;
  return named + (resource || policy ? 1 : 0) + (identity ? 1 : 0);
}

/** Characters between two readings of one message, and between the code of one and what it says. */
const oneMessage = 250;
const codeToWords = 600;

/** What is told of the message that something stands in, where another reading of it tells more. */
function fullest(picked: Heard, all: readonly Heard[]): Heard {
  const weight = weightOf(picked);
  // A code alone may be a word of several providers.
  const isBare = weight === 0 && picked.kind === 'permission';
  const reach = isBare ? codeToWords : oneMessage;
  const more = all.filter(
    (each) =>
      (isBare || each.provider === picked.provider) &&
      each.at < picked.end + reach &&
      each.end > picked.at - reach &&
      weightOf(each) > weight &&
      // What names something else is another message.
      (picked.requirements.length === 0 || each.requirements.join() === picked.requirements.join()),
  );
  return more.toSorted((one, other) => weightOf(other) - weightOf(one))[0] ?? picked;
}

/** What ended the build: what its tool sums up, else the last thing that went wrong before it was undone. */
export function endingOf(text: string, heard: readonly Heard[]): Heard | undefined {
  const inOrder = heard.toSorted((one, other) => one.at - other.at);
  const from = text.search(summary);
  const summed = from < 0 ? undefined : inOrder.find(({ end }) => end > from);
  const building = inOrder.filter((each) => !undoing.test(lineOf(text, each)));
  // Networks make noise all the time, also behind what a provider refused.
  const lasting = building.filter(({ isPassing }) => !isPassing);
  const refused = lasting.filter(({ provider }) => provider !== undefined);
  const picked = summed ?? refused.at(-1) ?? lasting.at(-1) ?? building.at(-1) ?? inOrder.at(-1);
  if (!picked) return undefined;
  // A machine that is never reached may be one that nobody is let through to.
  const isTimeout = picked.provider === undefined;
  const behind = isTimeout ? inOrder.findLast(({ isBehindTimeouts }) => isBehindTimeouts) : undefined;
  return fullest(behind ?? picked, inOrder);
}
