import type * as life from "./handler";

/** A handler around another one: it passes everything on, and whoever extends it says what it does beside that. */
export class Delegate implements life.Handler {
  constructor(protected readonly inner: life.Handler) {}

  get kind(): string {
    return this.inner.kind;
  }

  check(request: life.CheckRequest): Promise<life.CheckResponse> {
    return this.inner.check(request);
  }

  preview(inputs: life.Properties): life.Properties {
    return this.inner.preview(inputs);
  }

  diff(request: life.DiffRequest): Promise<life.DiffResponse> {
    return this.inner.diff(request);
  }

  create(request: life.CreateRequest): Promise<life.CreateResponse> {
    return this.inner.create(request);
  }

  read(request: life.ReadRequest): Promise<life.ReadResponse> {
    return this.inner.read(request);
  }

  update(request: life.UpdateRequest): Promise<life.UpdateResponse> {
    return this.inner.update(request);
  }

  delete(request: life.DeleteRequest): Promise<void> {
    return this.inner.delete(request);
  }
}
