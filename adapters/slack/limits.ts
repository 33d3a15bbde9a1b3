/**
 * What Slack takes, in characters and counts; rendering keeps within these and one checker in the tests holds every
 * message and form against them.
 * https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/surfaces/modals
 */
export const limits = {
  message: {
    blocks: 50,
    /** Slack refuses messages from about 13,200 characters in all blocks with `msg_blocks_too_long`; nowhere documented. */
    characters: 12_000,
    text: 4_000,
  },
  block: { characters: 3_000, id: 255 },
  context: { elements: 10 },
  actions: { elements: 25 },
  button: { label: 75, value: 2_000 },
  view: { blocks: 100, title: 24, metadata: 3_000, callbackId: 255, bytes: 250_000 },
  input: { label: 2_000, hint: 2_000, placeholder: 150, maxLength: 3_000 },
  select: { options: 100, groups: 100, groupLabel: 75, optionLabel: 75, optionValue: 75 },
  checkboxes: { options: 10 },
  menu: { options: 5 },
  /** https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
  dataTable: { rows: 100, columns: 20, characters: 10_000 },
  /** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
  chart: { title: 50, points: 20, series: 6, label: 20 },
  alternativeText: 2_000,
  /** About a message a second to one channel, in short bursts: https://docs.slack.dev/apis/web-api/rate-limits */
  pace: [{ messages: 4, ms: 4_000 }],
} as const;
