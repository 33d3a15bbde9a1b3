import type { Json, View, ViewState } from '../../simulations/slack/payloads.ts';
import type { LocalSlack } from './settings.ts';
import type { News, Seat } from './wire.ts';

export type Tell = (news: News, page?: string) => void;

/** Forms and Homes that the bot has drawn, and whose click each belongs to. */
export function createViews(slack: LocalSlack, tell: Tell) {
  const triggers = new Map<string, Seat>();
  const shown = new Map<string, { readonly view: View; readonly seat: Seat }>();
  const homes = new Map<string, View>();

  /** What the bot sent, with what Slack gave it. */
  function drawn(body: Json, answer: Json): View {
    const { id, hash, type } = answer.view as View;
    return { ...(body.view as View), id, hash, type };
  }

  slack.onCall(({ method, body, answer }) => {
    if (!answer?.ok) return;
    if (method === 'views.open') {
      const seat = triggers.get(String(body.trigger_id));
      if (!seat) return;
      const view = drawn(body, answer);
      shown.set(view.id, { view, seat });
      tell({ kind: 'view', view }, seat.page);
    }
    if (method === 'views.update') {
      const before = shown.get(String(body.view_id));
      if (!before) return;
      const view = drawn(body, answer);
      shown.set(view.id, { view, seat: before.seat });
      tell({ kind: 'view', view }, before.seat.page);
    }
    if (method === 'views.publish') {
      const person = String(body.user_id);
      homes.set(person, drawn(body, answer));
      tell({ kind: 'home', person });
    }
  });

  /** A view that is open before a person. */
  function find(id: string, person: string): View | undefined {
    const form = shown.get(id);
    if (form?.seat.person === person) return form.view;
    const home = homes.get(person);
    return home?.id === id ? home : undefined;
  }

  return {
    /** A trigger for one interaction; lasts three seconds and works once, as emulate holds it. */
    async trigger(seat: Seat): Promise<string> {
      const answer = await slack.callAs('bot', 'views.generateTriggerId', { user_id: seat.person });
      const id = String(answer.trigger_id);
      triggers.set(id, seat);
      return id;
    },
    /** A view with what was filled in, as Slack sends it back; undefined for one that is closed, or another person's. */
    filled(id: string, { person, state = {} }: { person: string; state?: ViewState | undefined }) {
      const view = find(id, person);
      return view && { ...view, state: { values: state } };
    },
    /** Draws a form anew with what its submission was acknowledged with. */
    redraw(id: string, content: Json): View | undefined {
      const before = shown.get(id);
      if (!before) return undefined;
      const { view: old, seat } = before;
      const view = { ...(content as View), id, hash: old.hash, type: old.type };
      shown.set(id, { view, seat });
      return view;
    },
    close: (id: string) => shown.delete(id),
    homeOf: (person: string) => homes.get(person),
  };
}
export type Views = ReturnType<typeof createViews>;
