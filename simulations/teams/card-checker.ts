import { createRequire } from 'node:module';
import { limits } from '../../adapters/teams/limits.ts';

// Its other build names files without their endings, which Node does not take.
const require = createRequire(import.meta.url);
const { AdaptiveCard, SerializationContext, ValidationEvent } =
  require('adaptivecards/dist/adaptivecards.js') as typeof import('adaptivecards');

type Json = Record<string, unknown>;

/** Elements that Teams draws and Microsoft's own library does not; they need something plain to fall back to. */
const ofTeamsAlone = ['CodeBlock', 'Chart.VerticalBar.Grouped'];
const needFallback = [...ofTeamsAlone, 'Table', 'Action.Execute'];

/** Everything in a card that has a type, fallbacks included. */
function elementsIn(node: unknown): Json[] {
  if (Array.isArray(node)) return node.flatMap(elementsIn);
  if (typeof node !== 'object' || node === null) return [];
  const own = typeof (node as Json).type === 'string' ? [node as Json] : [];
  return [...own, ...Object.values(node).flatMap(elementsIn)];
}

function inputProblems(input: Json): string[] {
  const problems: string[] = [];
  const name = `${String(input.type)} ${String(input.id)}`;
  if (!input.label) problems.push(`${name} has no label`);
  if ((input.isRequired || input.regex) && !input.errorMessage) problems.push(`${name} has no errorMessage`);
  if (input.style === 'Password' && input.value !== undefined) problems.push(`${name} shows a secret`);
  return problems;
}

function parsingProblems(card: Json): string[] {
  const context = new SerializationContext();
  new AdaptiveCard().parse(card, context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
  return events
    .filter(({ event }) => event !== ValidationEvent.UnknownElementType)
    .map(({ message }) => message);
}

/** What Teams, or a person who reads with a screen reader, could not take of a card. */
export function cardProblems(card: Json): string[] {
  const elements = elementsIn(card);
  const inputs = elements.filter(({ type }) => String(type).startsWith('Input.'));
  const ids = inputs.map(({ id }) => String(id));
  const bytes = Buffer.byteLength(JSON.stringify(card));
  return [
    ...(bytes > limits.card.bytes ? [`a card of ${bytes} bytes`] : []),
    ...(card.version === limits.card.version ? [] : [`version ${String(card.version)}`]),
    ...(card.fallbackText ? [] : ['a card without fallbackText']),
    ...(new Set(ids).size === ids.length ? [] : ['two inputs of one id']),
    ...elements
      .filter(({ type, fallback }) => needFallback.includes(String(type)) && !fallback)
      .map(({ type }) => `${String(type)} without a fallback`),
    ...elements
      .filter(({ type, altText }) => type === 'Image' && !altText)
      .map(() => 'a picture without words'),
    ...elements.filter(({ type, text }) => type === 'TextRun' && text === '').map(() => 'an empty text run'),
    ...inputs.flatMap(inputProblems),
    ...parsingProblems(card),
  ];
}

const textOf = (inlines: unknown) =>
  (inlines as (Json | string)[])
    .map((inline) => (typeof inline === 'string' ? inline : String(inline.text)))
    .join('');

function readElement(element: Json): string[] {
  const items = (element.items ?? []) as Json[];
  switch (element.type) {
    case 'TextBlock':
      return [String(element.text)];
    case 'RichTextBlock':
      return [textOf(element.inlines)];
    case 'CodeBlock':
      return [String(element.codeSnippet)];
    case 'Container':
    case 'Column':
      return items.flatMap(readElement);
    case 'ColumnSet':
      return (element.columns as Json[]).flatMap(readElement);
    case 'FactSet':
      return (element.facts as Json[]).map(({ title, value }) => `${String(title)}: ${String(value)}`);
    case 'ActionSet':
      return [(element.actions as Json[]).map(({ title }) => `[${String(title)}]`).join(' ')];
    case 'Image':
      return [`Picture: ${String(element.altText)}`];
    case 'Chart.VerticalBar.Grouped':
      return [`Chart: ${String(element.title)}`];
    case 'Table':
      return (element.rows as { cells: { items: Json[] }[] }[]).map(({ cells }) =>
        cells.map((cell) => cell.items.flatMap(readElement).join(' ')).join(' | '),
      );
    default:
      return [
        String(element.type).startsWith('Input.') ? `<${String(element.label)}>` : JSON.stringify(element),
      ];
  }
}

/** The texts in a card, as a person reads them. */
export function readCard(card: Json): string {
  return ((card.body ?? []) as Json[]).flatMap(readElement).join('\n');
}

/** The buttons of a card. */
export function actionsIn(card: Json): Json[] {
  return elementsIn(card.body).flatMap(({ type, actions }) =>
    type === 'ActionSet' ? (actions as Json[]) : [],
  );
}
