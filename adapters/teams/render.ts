import type {
  CardElement,
  IAdaptiveCard,
  IColumnSet,
  IContainer,
  IExecuteAction,
  ISubmitAction,
  ITextBlock,
} from '@microsoft/teams.cards';
import type { MessageName } from '../../src/chat/delivery/chat-adapter.ts';
import {
  type Button,
  type Message,
  opensForm,
  type Part,
  peopleIn,
  readsTexts,
  rowInALine,
} from '../../src/chat/model/message.ts';
import { limits } from './limits.ts';
import { type Drawing, tableElement, trend } from './native.ts';
import { codeBlock, list, type Names, richText } from './text.ts';

/** People who are to notice; only text blocks mention, and the card says whom. */
function mentions(people: readonly string[], names: Names): ITextBlock {
  const text = people.map((id, index) => `<at>${mentionName(names.get(id), index)}</at>`).join(' ');
  return { type: 'TextBlock', text, wrap: true };
}

/** A name without what a text block would read as Markdown; whose is not known is told apart from others, as Teams needs it. */
const mentionName = (name: string | undefined, index: number) =>
  (name || `person ${index + 1}`).replaceAll(/[*_`<>[\]\\]/g, ' ');

const styles = { primary: 'positive', danger: 'destructive' } as const;

/** What every action of ours carries; the rest of its data is what was filled in. */
type ActionData = {
  readonly action: string;
  readonly value: string;
  /** Which message it is in, as long as that was not edited. */
  readonly postedAs?: MessageName;
  /** What stands to be copied in it, where the click works with that. */
  readonly texts?: readonly string[];
};

/** A button that opens a dialog. */
function dialogButton(title: string, data: ActionData): ISubmitAction {
  return { type: 'Action.Submit', title, data: { msteams: { type: 'task/fetch' }, xoap: data } as never };
}

/** A button under a message; clients that know no `Action.Execute` submit the same data. */
function action(
  { label: title, action: name, value, style }: Button,
  postedAs: MessageName | undefined,
  texts?: readonly string[],
): IExecuteAction | ISubmitAction {
  const xoap: ActionData = { action: name, value, ...(postedAs && { postedAs }), ...(texts && { texts }) };
  if (opensForm(name)) return dialogButton(title, xoap);
  const face = { title, ...(style && { style: styles[style] }) };
  const data = { xoap } as never;
  return {
    type: 'Action.Execute',
    verb: name,
    ...face,
    data,
    fallback: { type: 'Action.Submit', ...face, data },
  };
}

/** Characters that clicks may bring back, over all buttons of a card. */
const mostOfTexts = 9_000;

/** The buttons, those first that bring back what stands in the card: as many of them as it has room for. */
function buttons(all: readonly Button[], { parts }: Message, postedAs: MessageName | undefined) {
  const texts = parts.flatMap((part) => (part.kind === 'code' ? [part.text] : []));
  // Each stands in the card twice, for clients that know no `Action.Execute`.
  const most = Math.floor(mostOfTexts / Math.max(1, 2 * texts.join('').length));
  const reading = all.filter(({ action: name }) => readsTexts(name)).slice(0, most);
  const others = all.filter(({ action: name }) => !readsTexts(name));
  return [
    ...reading.map((button) => action(button, postedAs, texts)),
    ...others.map((button) => action(button, postedAs)),
  ];
}

/** The rows of a table, each beside its menu: the first is a button, the others are behind its three dots. */
function menuRows(
  { rows, menus = [] }: Extract<Part, { kind: 'table' }>,
  { names = new Map(), postedAs }: Drawing,
): IContainer {
  const items = rows.map((cells, index): IColumnSet => {
    const actions = (menus[index] ?? []).map((button, place) => ({
      ...action(button, postedAs),
      ...(place > 0 && { mode: 'secondary' as const }),
    }));
    const menu = { type: 'Column' as const, width: 'auto', items: [{ type: 'ActionSet' as const, actions }] };
    return {
      type: 'ColumnSet',
      separator: index > 0,
      columns: [
        { type: 'Column', width: 'stretch', items: [richText(rowInALine(cells), names)] },
        ...(actions.length > 0 ? [menu] : []),
      ],
    };
  });
  return { type: 'Container', items };
}

function element(part: Part, drawing: Drawing, message: Message): CardElement {
  const { names = new Map(), pictures = new Map(), postedAs } = drawing;
  switch (part.kind) {
    case 'text':
      return richText(part.spans, names);
    case 'detail':
      return richText(part.spans, names, { size: 'Small', isSubtle: true });
    case 'list':
      return list(part.items, names);
    case 'table':
      return part.menus ? menuRows(part, drawing) : tableElement(part, { names, pictures });
    case 'trend':
      return trend(part, pictures);
    case 'mentions':
      return mentions(part.people, names);
    case 'code':
      return codeBlock(part.text, part.language);
    case 'buttons': {
      const actions = buttons(part.buttons, message, postedAs);
      if (actions.length > 0) return { type: 'ActionSet', actions };
      return richText(['This is too long for a button in Teams: use the command.'], names, {
        size: 'Small',
        isSubtle: true,
      });
    }
    default:
      return part satisfies never;
  }
}

/** Characters of a summary that stand for a card where none is shown. */
const summaryLength = 500;
const shortened = (text: string) =>
  text.length > summaryLength ? `${text.slice(0, summaryLength - 1)}…` : text;

/** Whom the text blocks of a card mention: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format */
function entitiesOf(people: readonly string[], names: Names) {
  const entities = people.map((id, index) => {
    const name = mentionName(names.get(id), index);
    return { type: 'mention', text: `<at>${name}</at>`, mentioned: { id, name } };
  });
  return entities.length > 0 ? { entities } : {};
}

/** A card of these elements. */
export function cardOf(body: CardElement[], summary: string, more = {}): IAdaptiveCard {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: limits.card.version,
    msteams: { width: 'full', ...more },
    fallbackText: shortened(summary),
    body: body as NonNullable<IAdaptiveCard['body']>,
  };
}

/** Draws a message as a card. */
export function render(message: Message, drawing: Drawing = {}): IAdaptiveCard {
  const { summary, parts } = message;
  return cardOf(
    parts.map((part) => element(part, drawing, message)),
    summary,
    entitiesOf(noticedIn(message), drawing.names ?? new Map()),
  );
}

/** The ids of the people who are to notice a message. */
export const noticedIn = ({ parts }: Message) =>
  parts.flatMap((part) => (part.kind === 'mentions' ? part.people : []));

/** The ids of the people whom a message names. */
export const idsIn = (message: Message): string[] => [
  ...new Set([...peopleIn(message).map(({ person }) => person), ...noticedIn(message)]),
];

/** A message that a bot sends: the card, and its summary for notifications. */
export function activityOf(message: Message, drawing?: Drawing) {
  const content = render(message, drawing);
  return {
    type: 'message' as const,
    summary: shortened(message.summary),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' as const, content }],
  };
}
