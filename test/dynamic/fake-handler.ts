import type { CheckResponse, DiffResponse, Handler, Properties, ReadResponse } from "../../provider/resources/handler";

/** A handler that gives the answers of the test, and records its requests. */
export class FakeHandler implements Handler {
  readonly kind = "Fake";
  readonly requests: { readonly verb: string; readonly request: unknown }[] = [];
  checked: CheckResponse = { inputs: {}, failures: [], warnings: [], drift: [] };
  differs: DiffResponse = { changed: [], replaces: [], deleteBeforeReplace: false, stables: [] };
  found: ReadResponse = { id: "metal3/a", outputs: {} };
  error: unknown;

  check = (request: unknown) => this.answer("check", request, this.checked);
  preview = (inputs: Properties) => inputs;
  diff = (request: unknown) => this.answer("diff", request, this.differs);
  create = (request: unknown) => this.answer("create", request, this.found);
  read = (request: unknown) => this.answer("read", request, this.found);
  update = (request: unknown) => this.answer("update", request, this.found);
  delete = (request: unknown) => this.answer("delete", request, undefined);

  private async answer<T>(verb: string, request: unknown, response: T): Promise<T> {
    this.requests.push({ verb, request });
    if (this.error !== undefined) throw this.error;
    return response;
  }
}
