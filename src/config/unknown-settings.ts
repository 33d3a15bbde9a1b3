import { nearestByName } from '../connections/nearest-name.ts';
import type { Contradictions } from '../setting.ts';

/** How the names of our settings begin. */
const ours = /^(XOAP|SLACK|TEAMS)_/;

/** What is read by the setup, by `docker-compose.yml`, by the demo and by tests, and is no setting of the bot. */
const readElsewhere = /^XOAP_(NO_INSTALL|REDIS_IMAGE|IMAGE_CACHE|IMAGE_STORAGE|SCREENSHOTS|(TEST|DEMO)_\w+)$/;

/**
 * What Kubernetes tells of services called xoap, slack or teams to every container beside them:
 * https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
 */
const ofKubernetes = /^(XOAP|SLACK|TEAMS)_(\w+_)?(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP|SCTP)\w*)?)$/;

/** Creates what finds names that are no settings: a misspelt one would leave its default in force, in silence. */
export function unknownAmong(known: readonly string[]): Contradictions {
  return (set) =>
    Object.keys(set)
      .filter(
        (name) =>
          ours.test(name) && !readElsewhere.test(name) && !ofKubernetes.test(name) && !known.includes(name),
      )
      .map((name) => {
        const near = nearestByName(
          known.map((each) => ({ name: each })),
          name,
        );
        return `${name}: there is no such setting; ${near ? `did you mean ${near.name}?` : 'take it away'}`;
      });
}
