/**
 * What Teams takes; rendering keeps within these and one checker in the tests holds every card against them.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages and
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
 */
export const limits = {
  card: {
    /** Bytes of a card as JSON; some clients and older pages allow no more than 28 KB. */
    bytes: 24 * 1024,
    version: '1.5',
  },
  /** Messages that a bot may send to one conversation: so many in so many milliseconds. */
  pace: [
    { messages: 7, ms: 1_000 },
    { messages: 8, ms: 2_000 },
    { messages: 60, ms: 30_000 },
    { messages: 1_800, ms: 3_600_000 },
  ],
  /** Milliseconds; Teams gives an invoke 5 s, and a person 3. */
  invokeMs: 2_500,
  /** Columns of a table that stay readable in a channel. */
  columns: 5,
  /** Choices that a list shows at once; more can be searched by typing. */
  choices: 15,
  /** What a list of several answers holds, so that a card has room for it. */
  list: { choices: 100, characters: 6_000 },
  /** Characters of a choice that stay readable, and of what stands in an input, so that a card has room for both. */
  label: 75,
  input: 2_800,
  /** Characters of what is said of a picture. */
  alternativeText: 1_900,
} as const;
