/** The limit of Pulumi's own SDK. The state of a large resource comes in one message. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
export const MESSAGE_LIMITS = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
};
