import type { Handler } from "./handler";

/** The same handler, whose checks also tell what there is to say of the backend itself; a door says it once. */
export function withWarnings(handler: Handler, ofBackend: readonly string[]): Handler {
  if (ofBackend.length === 0) return handler;
  return {
    token: handler.token,
    async check(request) {
      const response = await handler.check(request);
      return { ...response, warnings: [...ofBackend, ...response.warnings] };
    },
    diff: (request) => handler.diff(request),
    create: (request) => handler.create(request),
    read: (request) => handler.read(request),
    update: (request) => handler.update(request),
    delete: (request) => handler.delete(request),
  };
}
