import assert from "node:assert/strict";
import { failure } from "../../../provider/store/kubernetes/delivery";

const errno = (code: string, syscall?: string) => Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

/** A request that may have been sent counts as lost, because a blind repetition of a write would be worse. */
describe("a request that failed", () => {
  const unsent: Record<string, Error> = {
    "nothing listens": errno("ECONNREFUSED", "connect"),
    "no route": errno("EHOSTUNREACH", "connect"),
    "no name": errno("ENOTFOUND", "getaddrinfo"),
    "no connection in time": errno("UND_ERR_CONNECT_TIMEOUT"),
    "nothing listens at any address": Object.assign(
      new AggregateError([errno("ECONNREFUSED", "connect"), errno("ENETUNREACH", "connect")]),
      { code: "ECONNREFUSED" },
    ),
  };
  for (const [what, error] of Object.entries(unsent)) {
    it(`was not sent: ${what}`, () => {
      const { kind, ...more } = failure(error, 1000, undefined);
      assert.deepEqual([kind, (more as { isFinal?: boolean }).isFinal], ["unsent", false]);
    });
  }

  const final = ["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID", "CERT_REVOKED"];
  const alerts = [
    "WRONG_VERSION_NUMBER",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "TLSV1_ALERT_UNKNOWN_CA",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED",
  ];
  for (const code of [...final, ...alerts.map((alert) => `ERR_SSL_${alert}`)]) {
    it(`will never be sent: ${code}`, () => {
      const delivery = failure(errno(code), 1000, undefined);
      assert.deepEqual([delivery.kind, "isFinal" in delivery && delivery.isFinal], ["unsent", true]);
    });
  }

  const lost: Record<string, Error> = {
    "a reset": errno("ECONNRESET", "read"),
    "a broken pipe": errno("EPIPE", "write"),
    "an end": errno("UND_ERR_SOCKET"),
    "a route that vanished": errno("EHOSTUNREACH", "read"),
    "a connection that timed out": errno("ETIMEDOUT", "read"),
    "a record that cannot be read": errno("ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC"),
    "something among several": new AggregateError([errno("ECONNREFUSED", "connect"), errno("ECONNRESET", "read")]),
    "nothing in particular": new AggregateError([]),
    "what nobody knows": new TypeError("terminated"),
    "no answer": new DOMException("late", "TimeoutError"),
  };
  for (const [what, error] of Object.entries(lost)) {
    it(`may have been done: ${what}`, () => assert.equal(failure(error, 1000, undefined).kind, "lost"));
  }
});
