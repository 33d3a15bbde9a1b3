/** What was not done and why, in a sentence for the person in the page. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
