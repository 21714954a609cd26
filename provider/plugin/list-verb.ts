/** List: the objects that can be imported, page by page. */
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { faultText } from "../pulumi/failed-check";
import { doorWording } from "../pulumi/wording";
import type { List } from "../resources/list";
import type { Listed } from "../resources/listing";
import { registry } from "../resources/registry";
import type { Registry } from "../resources/row";
import { openBag } from "./message";
import { Refused } from "./refused";
import { rowOf } from "./rows";

const { Computed, Continuation, Result } = proto.ListResponse;

/** The messages of one page. */
export async function list(
  lists: () => Promise<List>,
  request: proto.ListRequest,
  { resources }: Registry = registry,
): Promise<proto.ListResponse[]> {
  const listed = Object.fromEntries(Object.entries(resources).filter(([, row]) => row.list));
  const [name] = rowOf(listed, request.getToken(), { what: "list of", others: "lists of " });
  const { properties } = openBag(request.getQuery());
  const { items, failures } = await (await lists())(name, properties);
  if (failures.length > 0) {
    const reasons = failures.map(faultText);
    throw new Refused("INVALID_ARGUMENT", reasons.join(" "));
  }
  return items ? page(items, request) : [answer((response) => response.setComputed(new Computed()))];
}

/**
 * The end of a page: the number of items so far, and the id of the last one. So an object that is created or deleted between
 * two pages does not repeat or hide others.
 */
const TOKEN = /^(\d+):(.*)$/s;

function page(items: readonly Listed[], request: proto.ListRequest): proto.ListResponse[] {
  const token = request.getContinuationToken();
  const [, before = "0", last = ""] = TOKEN.exec(token) ?? [];
  if (token !== "" && last === "") {
    throw new Refused("INVALID_ARGUMENT", doorWording.noContinuation(token));
  }
  const wanted = request.getLimit() > 0 ? Math.max(0, request.getLimit() - Number(before)) : Number.POSITIVE_INFINITY;
  const size = request.getPageSize() > 0 ? request.getPageSize() : Number.POSITIVE_INFINITY;
  const left = items.filter(({ id }) => id > last);
  const shown = left.slice(0, Math.min(wanted, size));
  const messages = shown.map(({ id, name }) => {
    const result = new Result();
    result.setId(id);
    result.setName(name);
    return answer((response) => response.setResult(result));
  });
  const end = shown.at(-1);
  if (!end || shown.length === left.length || shown.length === wanted) return messages;
  const continuation = new Continuation();
  continuation.setContinuationToken(`${Number(before) + shown.length}:${end.id}`);
  return [...messages, answer((response) => response.setContinuation(continuation))];
}

function answer(fill: (response: proto.ListResponse) => unknown): proto.ListResponse {
  const response = new proto.ListResponse();
  fill(response);
  return response;
}
