/** Reads objects as an API server sends them. */
import { z } from "zod";
import { faultLine, readWith } from "../../api/fault";
import { apiVersionOf, type Kind } from "../../api/kinds";
import { keyText, manifest, objectMeta, withoutNulls } from "../../api/meta";
import { isPlainManifest } from "../../api/plain-manifest";
import { asJson } from "../json";
import type { Stored } from "../store";
import type { Answer } from "./delivery";
import { errorAbout, type Subject } from "./status";
import { requestWording } from "./wording";

const stored = manifest.extend({
  metadata: z.preprocess(withoutNulls, objectMeta.extend({ uid: z.string(), resourceVersion: z.string() })),
});

const page = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().optional(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullish(),
});

export interface Page {
  readonly items: readonly Stored[];
  /** The token of the next page. Undefined for the last page. */
  readonly next: string | undefined;
  /** The version of the list. A watch continues from it. */
  readonly resourceVersion: string;
}

/** The object in a successful answer. Throws Malformed, Unavailable. */
export function objectIn(answer: Answer, kind: Kind, subject: Subject): Stored {
  return readObject(jsonIn(answer, subject), kind, subject);
}

export function pageIn(answer: Answer, kind: Kind, subject: Subject): Page {
  const read = page.safeParse(jsonIn(answer, subject));
  if (!read.success) throw errorAbout(subject, "Unavailable", requestWording.notList);
  const { items, metadata } = read.data;
  return {
    items: (items ?? []).map((item) => readObject(item, kind, subject)),
    next: metadata.continue || undefined,
    resourceVersion: metadata.resourceVersion ?? "",
  };
}

/** Items of built-in kinds have no `apiVersion` and `kind`, because the list has them. */
export function readObject(value: unknown, kind: Kind, subject: Subject): Stored {
  if (isPlainManifest(value)) return value as Stored;
  const read = readWith(stored, { apiVersion: apiVersionOf(kind), kind: kind.kind, ...(value as object) });
  if (read.ok) return read.value;
  const { metadata } = (value ?? {}) as { metadata?: { name?: unknown; namespace?: unknown } };
  const name = typeof metadata?.name === "string" ? metadata.name : "without a name";
  const namespace = typeof metadata?.namespace === "string" ? metadata.namespace : undefined;
  const object = `${kind.kind} ${keyText({ namespace, name })}`;
  throw errorAbout(subject, "Malformed", requestWording.malformed(object, read.faults.slice(0, 5).map(faultLine)));
}

function jsonIn(answer: Answer, subject: Subject): unknown {
  const json = asJson(answer.body);
  if (typeof json === "object" && json !== null) return json;
  throw errorAbout(subject, "Unavailable", requestWording.notJson);
}
