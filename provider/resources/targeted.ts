/**
 * Which backend a resource was last reserved in, kept in state as a hidden input: a context switched by hand, or the
 * step from a folder to a cluster, is told as such, and not as if somebody had removed everything.
 */
import { wording } from "../ipam/errors";
import type { Target } from "../store/store";
import type { CheckResponse, Handler, Properties } from "./handler";

/** The same handler, whose inputs and outputs carry the hidden `target`. */
export function withTarget(handler: Handler, { id, description }: Target): Handler {
  const target = { id, description };
  return {
    token: handler.token,
    async check(request) {
      const { olds, news } = request;
      const response = await handler.check({ ...request, olds: olds && without(olds), news: without(news) });
      const inputs = { ...response.inputs, target };
      return { ...response, inputs, ...(olds && changedTarget(response, olds.target, target)) };
    },
    diff: (request) => handler.diff({ ...request, olds: without(request.olds), news: without(request.news) }),
    async create(request) {
      const { id, outputs } = await handler.create({ ...request, inputs: without(request.inputs) });
      return { id, outputs: { ...outputs, target } };
    },
    async read(request) {
      const response = await handler.read({ ...request, state: without(request.state) });
      // What a refresh has read is compared with the backend that the next check finds configured.
      const before = request.state.target;
      return before === undefined ? response : { ...response, outputs: { ...response.outputs, target: before } };
    },
    async update(request) {
      const { olds, news } = request;
      const { outputs } = await handler.update({ ...request, olds: without(olds), news: without(news) });
      return { outputs: { ...outputs, target } };
    },
    delete: (request) => handler.delete({ ...request, state: without(request.state) }),
  };
}

/** What is missing in another backend was not removed there by anybody. */
function changedTarget(
  { drift, warnings }: CheckResponse,
  before: unknown,
  now: Target,
): Partial<CheckResponse> | undefined {
  const old = before as Target | undefined;
  if (!old || old.id === now.id || drift.length === 0) return undefined;
  return {
    drift: [`last set in ${old.description}, not yet in ${now.description}`],
    warnings: [...warnings, wording.targetChanged(old.description, now.description)],
  };
}

function without({ target: _target, ...others }: Properties): Properties {
  return others;
}
